package name_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/name"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct{ raw, want string }{
		"plain":                        {"Northwind Dental", "Northwind Dental"},
		"trims outer white space":      {" \t\u00a0Acme\u2003\n", "Acme"},
		"keeps inner white space":      {"A  B", "A  B"},
		"composes to NFC":              {"Cafe\u0301", "Caf\u00e9"},
		"keeps case":                   {"ACME", "ACME"},
		"counts characters, not bytes": {strings.Repeat("界", 200), strings.Repeat("界", 200)},
		"counts after trimming":        {strings.Repeat(" ", 300) + "x", "x"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			got, err := name.Normalize(c.raw)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestNormalize_Refuses(t *testing.T) {
	t.Parallel()
	for title, raw := range map[string]string{
		"an empty name":       "",
		"only white space":    " \t ",
		"201 characters":      strings.Repeat("é", 201),
		"NUL":                 "a\x00b",
		"a line break inside": "a\nb",
		"an escape":           "\x1b[31mred",
		"a C1 control":        "a\u0085b",
		"invalid UTF-8":       "a\xffb",
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, err := name.Normalize(raw)
			require.Error(t, err)
		})
	}
}

func TestNormalize_IsIdempotentAndLegal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.String().Draw(t, "raw")
		once, err := name.Normalize(raw)
		if err != nil {
			return
		}
		twice, err := name.Normalize(once)
		require.NoError(t, err)
		require.Equal(t, once, twice)
		require.True(t, norm.NFC.IsNormalString(once))
		require.LessOrEqual(t, utf8.RuneCountInString(once), name.MaximumLength)
	})
}
