package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

// A server that cannot start says why in a sentence. A panic would end this test.
func TestServe_ExplainsWhyItCannotStart(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	folder := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	migrated, redis, keyset := dbtest.Database(t), dbtest.Redis(t), newKeyset(t)
	for _, test := range []struct {
		arguments []string // in addition to working ones
		says      string
	}{
		{[]string{"--redis-url", "bad://x"}, "Redis URL"},
		{[]string{"--redis-url", "redis+sentinel://x"}, "Redis URL"},
		{[]string{"--redis-url", "redis://%zz"}, "Redis URL"},
		{[]string{"--otlp-endpoint", "collector:4318"}, "--otlp-endpoint"},
		{[]string{"--otlp-endpoint", "http://"}, "--otlp-endpoint"},
		{[]string{"--otlp-endpoint", "http://%zz"}, "--otlp-endpoint"},
		{[]string{"--database-url", "postgres://127.0.0.1:1/none"}, "connect"},
		{[]string{"--database-url", "bad://x"}, "parse"},
		{[]string{"--database-url", dbtest.Empty(t), "--no-migrate"}, "orgmap migrate up"},
		{[]string{"--listen", taken.Addr().String()}, "--listen chooses another address"},
		{[]string{"--listen", "nowhere:port"}, "--listen chooses another address"},
		{[]string{"--profile-listen", taken.Addr().String()}, "profile"},
		{[]string{"--keyset-file", filepath.Join(folder, "missing")}, "keyset"},
		{[]string{"--keyset-file", file("keyset", `{"half`)}, "keyset"},
		{[]string{"--trusted-documents", filepath.Join(folder, "missing")}, "ORGMAP_TRUSTED_DOCUMENTS"},
		{[]string{"--trusted-documents", file("documents", `[{]`)}, "ORGMAP_TRUSTED_DOCUMENTS"},
		{[]string{"--oidc-issuer", "http://issuer.example", "--oidc-client-id", "x"}, "ORGMAP_OIDC_ISSUER"},
		{[]string{"--oidc-client-id", "x"}, "ORGMAP_OIDC_ISSUER"},
		{[]string{"--demo"}, "--demo is for embedded stores"},
	} {
		arguments := append([]string{
			"serve", "--listen", "127.0.0.1:0", "--database-url", migrated, "--redis-url", redis, "--keyset-file", keyset,
		}, test.arguments...)
		t.Run(strings.Join(test.arguments, " "), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), waitTimeout) // stops a server that starts anyway, which fails here
			defer cancel()
			var out, log bytes.Buffer
			require.ErrorContains(t, run(ctx, arguments, &out, &log), test.says)
		})
	}
}
