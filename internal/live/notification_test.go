package live

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNotification_RoundTrips(t *testing.T) {
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

func TestParseNotification_Refuses(t *testing.T) {
	t.Parallel()
	run := uuid.NewString()
	for name, payload := range map[string]string{
		"an empty text":               "",
		"a word":                      "hello",
		"a negative position":         "-1",
		"a sign":                      "+1",
		"leading zeros":               "01",
		"a number that is too large":  "9223372036854775808",
		"white space":                 " 1",
		"a run without a sequence":    "1 " + run,
		"a run without a position":    run + " 1",
		"a negative sequence":         "1 " + run + " -1",
		"an invalid run ID":           "1 run 1",
		"the nil run ID":              "1 " + uuid.Nil.String() + " 1",
		"an upper-case run ID":        "1 " + strings.ToUpper(run[:35]) + "F 1",
		"a run ID in braces":          "1 {" + run + "} 1",
		"trailing text":               "1 " + run + " 1 1",
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

func TestChannelAccount_Refuses(t *testing.T) {
	t.Parallel()
	account := uuid.NewString()
	for _, channel := range []string{"", "orgmap:{}", "orgmap:" + account, "orgmap:{" + account, account, "orgmap:{{" + account + "}}"} {
		_, err := plainChannels().account(channel)
		require.ErrorIs(t, err, errMalformed, channel)
	}
}

func FuzzParseNotification(f *testing.F) {
	f.Add("12")
	f.Add("12 0190b4a5-0000-7000-8000-000000000000 7")
	f.Fuzz(func(t *testing.T, payload string) {
		if notification, err := parseNotification(uuid.New(), payload); err == nil {
			require.Equal(t, payload, notification.payload())
		}
	})
}
