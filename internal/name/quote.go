package name

import "fmt"

// Quote quotes a name for a message. Vendors send names of any length; Quote shortens a name that is longer than an
// organization's may be.
func Quote(text string) string {
	if letters := []rune(text); len(letters) > MaximumLength {
		text = string(letters[:MaximumLength]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
