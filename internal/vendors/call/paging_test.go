package call_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/call"
)

func TestSpan_ReturnsPageNumbersAndCursors(t *testing.T) {
	t.Parallel()
	first, err := call.ParseSpan("", 500)
	require.NoError(t, err)
	require.Equal(t, 1, first.Number(1))
	require.Equal(t, 0, first.Number(0))
	require.Equal(t, "500+500", first.Next().Cursor())

	half, ok := first.Next().Half(50)
	require.True(t, ok)
	require.Equal(t, "500+250", half.Cursor())
	require.Equal(t, 3, half.Number(1), "rows 501 to 750 are the third page of 250")

	for _, cursor := range []string{"x", "5", "+", "500+0", "-500+500", "250+500", "500+-1", "500+500+1", "/list?page=2"} {
		_, err := call.ParseSpan(cursor, 500)
		require.ErrorContains(t, err, "not a cursor", cursor)
	}
	for _, span := range []call.Span{{Size: 125}, {Size: 80}} {
		_, ok := span.Half(50)
		require.False(t, ok)
	}
}

func TestSpan_HalvedSpansCoverTheListOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(1, 3000).Draw(t, "total")
		announced := rapid.Bool().Draw(t, "announced")
		seen := 0
		for cursor := ""; ; {
			span, err := call.ParseSpan(cursor, 512)
			require.NoError(t, err)
			for rapid.IntRange(0, 3).Draw(t, "slow") == 0 {
				half, ok := span.Half(32)
				if !ok {
					break
				}
				require.Equal(t, span.Offset, half.Offset)
				span = half
			}
			rows := max(0, min(span.Size, total-span.Offset))
			if rows > 0 {
				require.Equal(t, seen, span.Number(0)*span.Size, "the page starts where the last one ended")
			}
			seen += rows
			if announced {
				cursor = span.NextByTotal(rows, total)
			} else {
				cursor = span.NextUntilEmpty(rows)
			}
			if cursor == "" {
				break
			}
		}
		require.Equal(t, total, seen)
	})
}

func TestSpan_NextByTotal_EndsAtAnEmptyPage(t *testing.T) {
	t.Parallel()
	require.Empty(t, call.Span{Offset: 500, Size: 500}.NextByTotal(0, 10_000))
}

func TestSpan_NextUntilEmpty_ContinuesAfterAShortPage(t *testing.T) {
	t.Parallel()
	span := call.Span{Offset: 200, Size: 100}
	require.Equal(t, "300+100", span.NextUntilEmpty(40))
	require.Empty(t, span.NextUntilEmpty(0))
}

func TestNextByID_ContinuesAfterTheLastID(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(http.ResponseWriter, *http.Request) {})
	rows := []vendors.Organization{{RemoteID: "7"}, {RemoteID: "9"}, {RemoteID: ""}}
	next, err := client.NextByID(rows)
	require.NoError(t, err)
	require.Equal(t, "9", next)
	next, err = client.NextByID([]vendors.Organization{{RemoteID: "9"}, {RemoteID: "10"}, {RemoteID: "9"}})
	require.NoError(t, err)
	require.Equal(t, "10", next)
	next, err = client.NextByID([]vendors.Organization{{RemoteID: "zzz"}, {RemoteID: " 11 "}, {RemoteID: strings.Repeat("9", 40)}})
	require.NoError(t, err)
	require.Equal(t, "11", next, "an id that is not a number cannot be a cursor")
	_, err = client.NextByID([]vendors.Organization{{}, {RemoteID: "x"}})
	requireFailure(t, err, vendors.BadResponse)
}

func TestNext_StaysOnTheSameServer(t *testing.T) {
	t.Parallel()
	client, err := call.New(call.Config{Vendor: "Acme", BaseURL: "https://api.acme.example/v1", HTTP: http.DefaultClient})
	require.NoError(t, err)
	for address, want := range map[string]string{
		"": "",
		"https://api.acme.example/v1/list?page=2":    "/v1/list?page=2",
		"https://API.ACME.example:443/v1/list?x=a+b": "/v1/list?x=a+b",
		"/v1/list?page=2#part":                       "/v1/list?page=2",
		"/other":                                     "/other",
	} {
		next, err := client.Next(call.Link{Address: address})
		require.NoError(t, err, address)
		require.Equal(t, want, next)
	}
	for _, address := range []string{
		"https://evil.example/v1/list", "//evil.example/v1", "http://api.acme.example/v1/list", "https://api.acme.example:8443/v1",
		"https://api.acme.example.evil.example/", "https://api.acme.example@evil.example/", "https://user:pass@api.acme.example/", "https:evil",
		"javascript:alert(1)", "https://[::1]/", "%zz", "https://api.acme.example./", `https:\\evil.example`,
	} {
		_, err := client.Next(call.Link{Address: address})
		requireFailure(t, err, vendors.BadResponse)
		_, err = client.Do(t.Context(), call.Request{Target: address}, nil)
		requireFailure(t, err, vendors.BadResponse)
	}
}

func TestNextLink_FindsTheLinkAmongOthers(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		``: "",
		`<https://a.example/x?page=2>; rel="next"`:                                 "https://a.example/x?page=2",
		`<https://a.example/1>; rel="prev", <https://a.example/3,4;5>; rel="next"`: "https://a.example/3,4;5",
		`<https://a.example/3>; rel=next, <https://a.example/9>; rel=last`:         "https://a.example/3",
		`<https://a.example/3>; title="x"; REL="last Next"`:                        "https://a.example/3",
		`<https://a.example/9>; rel="last"`:                                        "",
		`<https://a.example/9>; rel="nextish"`:                                     "",
		`garbage`:                                                                  "", `<unclosed; rel="next"`: "",
	} {
		require.Equal(t, want, call.NextLink(http.Header{"Link": {value}}), value)
	}
	require.Equal(t, "https://a.example/3", call.NextLink(http.Header{"Link": {`<https://a.example/9>; rel="last"`, `<https://a.example/3>; rel="next"`}}))
}

func TestNewPage_KeepsUsableRows(t *testing.T) {
	t.Parallel()
	total, negative := 9, -1
	page := call.NewPage([]vendors.Organization{
		{RemoteID: "1", Name: "  kept as sent ", URL: "https://acme.example/1"},
		{RemoteID: " 2 ", Name: "a\x00b", URL: "javascript:alert(1)"},
		{RemoteID: "3", Name: strings.Repeat("名", 500), URL: "https://user@acme.example/"},
		{RemoteID: "", Name: "no id"},
		{RemoteID: strings.Repeat("9", 256), Name: "an id that is none"},
		{RemoteID: "4\x00", Name: "an id that no column takes"},
		{RemoteID: "5", Name: " \t"},
		{RemoteID: "6", Name: strings.Repeat("n", 501)},
		{RemoteID: "7", Name: "\u200b\u2060"},
	}, &total, "cursor", vendors.SkippedRow{RemoteID: "8", Reason: vendors.UnreadableRow})
	require.Equal(t, vendors.Page{
		Organizations: []vendors.Organization{
			{RemoteID: "1", Name: "  kept as sent ", URL: "https://acme.example/1"},
			{RemoteID: "2", Name: "ab"},
			{RemoteID: "3", Name: strings.Repeat("名", 500)},
		},
		Total: &total, Next: "cursor",
		Skipped: []vendors.SkippedRow{
			{RemoteID: "8", Reason: vendors.UnreadableRow},
			{Name: "no id", Reason: vendors.NoID},
			{RemoteID: strings.Repeat("9", 256), Name: "an id that is none", Reason: vendors.InvalidID},
			{RemoteID: "4\x00", Name: "an id that no column takes", Reason: vendors.InvalidID},
			{RemoteID: "5", Name: " \t", Reason: vendors.NoName},
			{RemoteID: "6", Name: strings.Repeat("n", 501), Reason: vendors.NameTooLong},
			{RemoteID: "7", Name: "\u200b\u2060", Reason: vendors.InvisibleName},
		},
	}, page)
	require.Nil(t, call.NewPage(nil, &negative, "").Total)
}

func FuzzNextLink(f *testing.F) {
	f.Add(`<https://a.example/1>; rel="prev", <https://a.example/3>; rel="next"`)
	f.Add(`<<>>;;,,rel=next`)
	f.Fuzz(func(t *testing.T, value string) {
		if found := call.NextLink(http.Header{"Link": {value}}); !strings.Contains(value, found) {
			t.Fatalf("%q is not in %q", found, value)
		}
	})
}

func TestSpan_NextByTotal_AdoptsTheVendorsPageSize(t *testing.T) {
	t.Parallel()
	require.Equal(t, "40+40", call.Span{Size: 100}.NextByTotal(40, 95))
	require.Equal(t, "80+40", call.Span{Offset: 40, Size: 40}.NextByTotal(40, 95))
	require.Empty(t, call.Span{Offset: 80, Size: 40}.NextByTotal(15, 95))
	require.Empty(t, call.Span{Size: 100}.NextByTotal(95, 95))
	require.Equal(t, "200+100", call.Span{Offset: 100, Size: 100}.NextByTotal(99, 300), "a row removed during the walk does not shift the pages")
}
