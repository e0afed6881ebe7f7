package apperr_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
)

var errDisk = errors.New("the disk is full")

func TestCodeOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sentence string
		err      error
		code     apperr.Code
	}{
		{"is the error's own", apperr.New(apperr.Forbidden, "No."), apperr.Forbidden},
		{"is found in a wrapped error", fmt.Errorf("list: %w", apperr.New(apperr.Unavailable, "Later.")), apperr.Unavailable},
		{"is found in a joined error", errors.Join(errDisk, apperr.New(apperr.BadUserInput, "No.")), apperr.BadUserInput},
		{"is INTERNAL for other errors", errDisk, apperr.Internal},
		{"is INTERNAL for user errors, which do not fail a request", apperr.User(apperr.Invalid, "No."), apperr.Internal},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.code, apperr.CodeOf(test.err))
		})
	}
}

func TestError_TextContainsItsCause(t *testing.T) {
	t.Parallel()
	err := &apperr.Error{Code: apperr.Unavailable, Message: "Try again soon.", Cause: errDisk}
	require.EqualError(t, err, "UNAVAILABLE: Try again soon.: the disk is full")
	require.ErrorIs(t, err, errDisk)
	require.EqualError(t, apperr.New(apperr.BadUserInput, "at most %d", 200), "BAD_USER_INPUT: at most 200")
}

func TestSplit(t *testing.T) {
	t.Parallel()
	taken := &apperr.UserError{Code: apperr.NameTaken, Message: "Taken.", Path: []string{"input", "name"}}
	for _, test := range []struct {
		sentence string
		err      error
		expected []*apperr.UserError
		failure  error
	}{
		{"returns neither for nil", nil, []*apperr.UserError{}, nil},
		{"returns a failure", errDisk, []*apperr.UserError{}, errDisk},
		{"extracts user errors", apperr.User(apperr.NameTaken, "Taken.", "input", "name"), []*apperr.UserError{taken}, nil},
		{"extracts wrapped user errors", fmt.Errorf("create: %w", apperr.UserErrors{*taken, *taken}), []*apperr.UserError{taken, taken}, nil},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			expected, failure := apperr.Split(test.err)
			require.Equal(t, test.expected, expected)
			require.Equal(t, test.failure, failure)
		})
	}
}

func TestUserErrors_JoinToOneMessage(t *testing.T) {
	t.Parallel()
	err := apperr.UserErrors{{Code: apperr.Invalid, Message: "Empty."}, {Code: apperr.NotFound, Message: "Gone."}}
	require.EqualError(t, err, "INVALID: Empty.; NOT_FOUND: Gone.")
}

func TestUserErrorCode_IsOutputOnly(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	apperr.QuotaExceeded.MarshalGQL(&written)
	require.Equal(t, `"QUOTA_EXCEEDED"`, written.String())
	code := apperr.Invalid
	require.Error(t, code.UnmarshalGQL("INVALID"))
}
