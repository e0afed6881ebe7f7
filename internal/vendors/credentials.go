package vendors

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// Credentials are what a person entered, keyed by CredentialField.Name. Printing, logging or
// encoding them shows only the names; to seal the values, convert to map[string]string first.
type Credentials map[string]string

// String returns only the names.
func (c Credentials) String() string {
	return "Credentials(" + strings.Join(slices.Sorted(maps.Keys(c)), ", ") + ")"
}

// GoString returns String, for %#v.
func (c Credentials) GoString() string { return c.String() }

// Format writes String for every verb: otherwise %d would print the map.
func (c Credentials) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, c.String()) }

// LogValue returns String, for slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON returns String as a JSON string.
func (c Credentials) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// Get returns a value without leading and trailing white space, which people often paste along with
// it.
func (c Credentials) Get(name string) string { return strings.TrimSpace(c[name]) }

// Require returns an Error that names the first empty required field, or nil if there is none.
func (c Credentials) Require(fields []CredentialField) error {
	for _, field := range fields {
		if !field.Optional && c.Get(field.Name) == "" {
			return &Error{Class: CredentialsRejected, Message: fmt.Sprintf("Enter the %s.", field.InWords())}
		}
	}
	return nil
}

// Values returns every value that was filled in. Even values that are not secret, such as a user
// name, must not be logged.
func (c Credentials) Values() []string {
	var values []string
	for name := range c {
		if value := c.Get(name); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// Secrets returns the values of the secret fields that were filled in.
func (c Credentials) Secrets(fields []CredentialField) []string {
	var secrets []string
	for _, field := range fields {
		if value := c.Get(field.Name); field.Secret && value != "" {
			secrets = append(secrets, value)
		}
	}
	return secrets
}
