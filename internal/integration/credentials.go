package integration

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/vendors"
)

// maximumCredentialLength is well above the longest key that any vendor issues, in bytes.
const maximumCredentialLength = 8192

// Credential is one value that a person entered, with the name of its field.
type Credential struct {
	Name  string
	Value string
}

// String returns only the name: the value is never printed.
func (c Credential) String() string { return "Credential(" + c.Name + ")" }

// Format prints String for every verb.
func (c Credential) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(c.String())) }

// LogValue returns String, for slog.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON returns String as a JSON string.
func (c Credential) MarshalJSON() ([]byte, error) { return json.Marshal(c.String()) }

// readCredentials matches the entered values with the fields that the vendor requires. It returns an error for each
// invalid value, with its path in the input.
func readCredentials(entered []Credential, descriptor vendors.Descriptor) (vendors.Credentials, apperr.UserErrors) {
	fields := make(map[string]vendors.CredentialField, len(descriptor.CredentialFields))
	for _, field := range descriptor.CredentialFields {
		fields[field.Name] = field
	}
	credentials := make(vendors.Credentials, len(entered))
	var wrong apperr.UserErrors
	refuse := func(message string, path ...string) {
		wrong = append(wrong, apperr.UserError{Code: apperr.Invalid, Message: message, Path: append([]string{"input", "credentials"}, path...)})
	}
	for i, one := range entered {
		index := strconv.Itoa(i)
		field, known := fields[one.Name]
		_, twice := credentials[one.Name]
		switch {
		case !known:
			refuse(fmt.Sprintf("%s has no credential with this name.", descriptor.Name), index, "name")
			continue
		case twice:
			refuse(fmt.Sprintf("The %s is given twice.", field.InWords()), index, "name")
		case len(one.Value) > maximumCredentialLength:
			refuse(fmt.Sprintf("The %s is longer than %d bytes.", field.InWords(), maximumCredentialLength), index, "value")
		case vendors.Credentials(map[string]string{one.Name: one.Value}).Get(one.Name) == "" && !field.Optional:
			refuse(fmt.Sprintf("Enter the %s.", field.InWords()), index, "value")
		}
		credentials[one.Name] = one.Value
	}
	for _, field := range descriptor.CredentialFields {
		if _, given := credentials[field.Name]; !given && !field.Optional {
			refuse(fmt.Sprintf("Enter the %s.", field.InWords()))
		}
	}
	return credentials, wrong
}

// sealable is what a connection stores encrypted.
type sealable struct {
	credentials vendors.Credentials
	leftOut     []string // modules that a person disconnected while the connection stayed: not connected again
}

// leftOutEntry is the key of sealable.leftOut among the credentials. No credential has an empty name.
const leftOutEntry = ""

// seal encrypts the content for one connection; it cannot be decrypted in another row or account.
func seal(sealer *secret.Sealer, content sealable, account, connection uuid.UUID) ([]byte, error) {
	entries := maps.Clone(map[string]string(content.credentials))
	if len(content.leftOut) > 0 {
		entries[leftOutEntry] = strings.Join(content.leftOut, "\n")
	}
	plaintext, err := json.Marshal(entries)
	if err != nil {
		return nil, fmt.Errorf("encode credentials: %w", err)
	}
	return sealer.Seal(plaintext, boundTo(account, connection)...)
}

func unseal(sealer *secret.Sealer, sealed []byte, account, connection uuid.UUID) (sealable, error) {
	plaintext, err := sealer.Open(sealed, boundTo(account, connection)...)
	if err != nil {
		return sealable{}, fmt.Errorf("the credentials of connection %s: %w", connection, err)
	}
	var entries map[string]string
	if err := json.Unmarshal(plaintext, &entries); err != nil {
		return sealable{}, fmt.Errorf("the credentials of connection %s are not as they were sealed", connection) // the cause would quote the credentials
	}
	content := sealable{credentials: entries}
	if modules, some := entries[leftOutEntry]; some {
		content.leftOut = strings.Split(modules, "\n")
		delete(entries, leftOutEntry)
	}
	return content, nil
}

// boundTo returns what sealed credentials are bound to.
func boundTo(account, connection uuid.UUID) []string {
	return []string{account.String(), connection.String(), "credentials", "v1"}
}
