package matching_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/matching"
)

// read returns the readings of a name as text: words, the tail after a slash, and the legal form in
// brackets.
func read(reader *matching.Reader, text string) []string {
	var out []string
	for _, r := range reader.Read(text).Readings {
		var head, tail []string
		for _, word := range r.Words {
			if word.Tail {
				tail = append(tail, word.Text)
				continue
			}
			head = append(head, word.Text)
		}
		line := strings.Join(head, " ")
		if len(tail) > 0 {
			line += " / " + strings.Join(tail, " ")
		}
		if r.Form != "" {
			line += " (" + r.Form + ")"
		}
		out = append(out, line)
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	codes := []string{"C0112 - Otterburn Textiles", "C0113 - Pendle Tours", "C0114 - Tamar Bridge"}
	for name, test := range map[string]struct {
		list []string
		want []string
	}{
		"C0112 - Otterburn Textiles":                    {codes, []string{"otterburn textile", "/"}},
		"3 Mills Studios":                               {codes, []string{"3 mill studio"}},
		"247 Couriers":                                  {codes, []string{"247 courier"}},
		"Ｆｕｊｉ Garden":                                   {nil, []string{"fuji garden"}},
		"O’Driscoll’s Bakery":                           {nil, []string{"odriscoll bakery"}},
		"Old Dominion Antiques":                         {nil, []string{"old dominion antique"}},
		"Prescott, City of":                             {nil, []string{"city prescott"}},
		"Limited Edition, The":                          {nil, []string{"limited edition"}},
		"The Limited Edition":                           {nil, []string{"limited edition"}},
		"Nordeen Enterprises Inc. d/b/a Paperclip":      {nil, []string{"nordeen enterprise (inc)", "paperclip"}},
		"Tamsin Ventures, Inc. (DBA Rusty Spur Saloon)": {nil, []string{"tamsin venture (inc)", "rusty spur saloon"}},
		"Fairweather Opticians (Ely)":                   {nil, []string{"fairweather optician / ely"}},
		"FNG - Federation of Norfolk Growers":           {nil, []string{"federation norfolk grower"}},
		"Wisconsin Rural Electric Association (WREA)":   {nil, []string{"wisconsin rural electric association"}},
		"J.R. Smith":                                    {nil, []string{"jr smith"}},
		"R & R Diesel":                                  {nil, []string{"rr diesel"}},
		"E-Z Lube":                                      {nil, []string{"ez lube"}},
		"24/7 Couriers":                                 {nil, []string{"247 courier"}},
		"SD17":                                          {nil, []string{"sd 17"}},
		"Müller":                                        {nil, []string{"muller", "mueller"}},
		"Straßenbau Voß KG":                             {nil, []string{"strassenbau voss (kg)"}},
		"Асme Dental":                                   {nil, []string{"acme dental"}},
		"Fox & Co.":                                     {nil, []string{"fox"}},
		"SIA Baltijas Mežs":                             {nil, []string{"baltija mez (sia)"}},
		"Novák Stroje, spol. s r.o.":                    {nil, []string{"novak stroje (sro)"}},
		"Sniezka Farby Sp. z o.o.":                      {nil, []string{"sniezka farby (zoo)"}},
		"Bremer Schiffsbedarf GmbH & Co. KG":            {nil, []string{"bremer schiffsbedarf (gmbh-kg)"}},
		"Ltd":                                           {nil, []string{"ltd"}},
		"The":                                           {nil, []string{"the"}},
		"Three Rivers":                                  {nil, []string{"3 river"}},
		"First National":                                {nil, []string{"1st national"}},
		"1st Natl.":                                     {nil, []string{"1st national"}},
		"Forty-Fifth Parallel":                          {nil, []string{"45th parallel"}},
		"Saint Croix":                                   {nil, []string{"st croix"}},
		"N Fork":                                        {nil, []string{"north fork"}},
		"No. Fork Ranch":                                {nil, []string{"north fork ranch"}},
		"School District No. 07":                        {nil, []string{"school district 7"}},
		"Sandpoint, ID":                                 {nil, []string{"sandpoint / id"}},
		"Castlegate Homes (North) Ltd":                  {nil, []string{"castlegate home / north (limited)"}},
		"CO-OP Country Partners":                        {nil, []string{"cooperative country partner"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := read(matching.NewReader(matching.DefaultTables(), test.list), name)
			if test.want[len(test.want)-1] == "/" { // and the reading with the code
				require.Len(t, got, 2)
				require.Equal(t, test.want[0], got[0])
				return
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestRead_StripsOutOfUseMarks(t *testing.T) {
	t.Parallel()
	reader := matching.NewReader(matching.DefaultTables(), nil)
	for name, mark := range map[string]string{
		"zz_Acme Dental": "zz", "ZZ Acme Dental": "zz", "x - Acme Dental": "x", "Acme Dental (OLD)": "old", "Acme Dental [inactive]": "inactive",
		"DO NOT USE - Acme Dental": "do not use", "Acme Dental - CANCELLED": "cancelled", "**Closed** Acme Dental": "closed",
		"zzz (old) Acme Dental": "old",
	} {
		read := reader.Read(name)
		require.Equal(t, mark, read.OutOfUse, name)
		require.Equal(t, "acme dental", read.Readings[0].Key, name)
	}
	for _, name := range []string{"Old Dominion Antiques", "X-Ray Partners", "Former Glory Restorations", "Closed Loop Recycling", "ZZ", "Old"} {
		require.Empty(t, reader.Read(name).OutOfUse, name)
	}
}

// Every name yields some word, and reading its words again yields the same.
func TestRead_AlwaysKeepsAWord(t *testing.T) {
	t.Parallel()
	parts := []string{
		"The", "Ltd", "Inc.", "&", "and", "of", "(", ")", "[", "]", "-", " - ", ",", ":", "Acme", "Müller", "ß", "N", "No.", "7", "45th", "First", "Forty",
		"d/b/a", "dba", "t/a", "GmbH", "Co.", "KG", "zz_", "(old)", "O’Neil", "A", "B", "é", "Асme", "株式会社", "C0112", "/", "'", ".", "\u200b", "  ",
	}
	reader := matching.NewReader(matching.DefaultTables(), []string{"C0112 A", "C0113 B", "C0114 C"})
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 8).Draw(t, "parts"), " ")
		read := reader.Read(name)
		word := strings.ContainsFunc(name, func(r rune) bool { return r > '/' && r != ':' && r != '[' && r != ']' && r != '’' && r != '\u200b' })
		if word && len(read.Readings) == 0 {
			t.Fatalf("%q has no readings", name)
		}
		for _, r := range read.Readings {
			if len(r.Words) == 0 || r.Key == "" {
				t.Fatalf("a reading of %q is empty: %+v", name, r)
			}
		}
		if again := fmt.Sprint(reader.Read(name)); again != fmt.Sprint(read) {
			t.Fatalf("%q is read differently a second time", name)
		}
	})
}
