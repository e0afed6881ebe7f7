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

// Credentials are what a person entered, by the names of CredentialField. However they are printed, logged or encoded, only the names
// appear; to seal the values, convert to map[string]string first.
type Credentials map[string]string

// String gives the names alone.
func (c Credentials) String() string {
	return "Credentials(" + strings.Join(slices.Sorted(maps.Keys(c)), ", ") + ")"
}

// GoString is String, for %#v.
func (c Credentials) GoString() string { return c.String() }

// Format is String for every verb: %d would print the map itself otherwise.
func (c Credentials) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, c.String()) }

// LogValue is String, for slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, as a JSON string.
func (c Credentials) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// Get gives a value without the white space that comes along when it is pasted.
func (c Credentials) Get(name string) string { return strings.TrimSpace(c[name]) }

// Require gives an Error that names the first field left empty, nil when all that is needed is there.
func (c Credentials) Require(fields []CredentialField) error {
	for _, field := range fields {
		if !field.Optional && c.Get(field.Name) == "" {
			return &Error{Class: CredentialsRejected, Message: fmt.Sprintf("Enter the %s.", field.InWords())}
		}
	}
	return nil
}

// Values gives every value that was filled in: what is no secret by itself, a user's name say, belongs in no log either.
func (c Credentials) Values() []string {
	var values []string
	for name := range c {
		if value := c.Get(name); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// Secrets gives the values of the secret fields that were filled in.
func (c Credentials) Secrets(fields []CredentialField) []string {
	var secrets []string
	for _, field := range fields {
		if value := c.Get(field.Name); field.Secret && value != "" {
			secrets = append(secrets, value)
		}
	}
	return secrets
}
