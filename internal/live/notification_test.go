package live

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNews_isReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		notification := Notification{AccountID: uuid.New(), Position: rapid.Int64Min(0).Draw(t, "position")}
		if rapid.Bool().Draw(t, "moved") {
			notification.RunID = uuid.New()
			notification.Sequence = rapid.Int64Min(0).Draw(t, "sequence")
		}
		in := rapid.SampledFrom([]channels{plainChannels(), shardChannels(0), shardChannels(3)}).Draw(t, "channels")
		account, err := in.account(in.name(notification.AccountID))
		require.NoError(t, err)
		got, err := parseNotification(account, notification.payload())
		require.NoError(t, err)
		require.Equal(t, notification, got)
	})
}

func TestParseNews_refuses(t *testing.T) {
	t.Parallel()
	run := uuid.NewString()
	for name, payload := range map[string]string{
		"nothing":                     "",
		"words":                       "hello",
		"a negative position":         "-1",
		"a sign":                      "+1",
		"leading zeros":               "01",
		"a number too large":          "9223372036854775808",
		"white space":                 " 1",
		"a run without a sequence":    "1 " + run,
		"a run without a position":    run + " 1",
		"a negative sequence":         "1 " + run + " -1",
		"a run that is none":          "1 run 1",
		"the zero run":                "1 " + uuid.Nil.String() + " 1",
		"a run in another spelling":   "1 " + strings.ToUpper(run[:35]) + "F 1",
		"a run in braces":             "1 {" + run + "} 1",
		"something behind":            "1 " + run + " 1 1",
		"a line break":                "1\n",
		"another alphabet's numerals": "١",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseNotification(uuid.New(), payload)
			require.ErrorIs(t, err, errMalformed)
		})
	}
}

func TestChannelAccount_refuses(t *testing.T) {
	t.Parallel()
	account := uuid.NewString()
	for _, channel := range []string{"", "orgmap:{}", "orgmap:" + account, "orgmap:{" + account, account, "orgmap:{{" + account + "}}"} {
		_, err := plainChannels().account(channel)
		require.ErrorIs(t, err, errMalformed, channel)
	}
}

func FuzzParseNews(f *testing.F) {
	f.Add("12")
	f.Add("12 0190b4a5-0000-7000-8000-000000000000 7")
	f.Fuzz(func(t *testing.T, payload string) {
		if notification, err := parseNotification(uuid.New(), payload); err == nil {
			require.Equal(t, payload, notification.payload())
		}
	})
}
