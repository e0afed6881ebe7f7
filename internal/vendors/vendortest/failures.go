package vendortest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

func runCredentials(t *testing.T, c Case) {
	t.Run("are all required", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 1)
		for _, field := range c.Descriptor.CredentialFields {
			config := bench.Config
			config.Credentials = maps.Clone(config.Credentials)
			config.Credentials[field.Name] = " "
			_, err := c.Descriptor.Open(config)
			if field.Optional {
				require.NoError(t, err)
				continue
			}
			failure := requireFailure(t, bench, err, vendors.CredentialsRejected)
			require.Contains(t, failure.Message, field.InWords())
		}
	})
	t.Run("may be pasted with white space", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 1)
		config := bench.Config
		config.Credentials = maps.Clone(config.Credentials)
		for name, value := range config.Credentials {
			config.Credentials[name] = " " + value + "\n"
		}
		source, err := c.Descriptor.Open(config)
		require.NoError(t, err)
		require.NoError(t, source.Verify(t.Context()))
	})
	for _, field := range c.Descriptor.CredentialFields {
		if slices.Contains(c.Lenient, field.Name) {
			continue
		}
		t.Run("are rejected with a wrong "+field.Name, func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 1)
			bench.Config.Credentials = maps.Clone(bench.Config.Credentials)
			bench.Config.Credentials[field.Name] = "wrong-secret-value"
			source, err := c.Descriptor.Open(bench.Config)
			require.NoError(t, err)
			requireFailure(t, bench, source.Verify(t.Context()), vendors.CredentialsRejected)
			require.LessOrEqual(t, bench.Vendor.Count(sim.SignIn)+bench.Vendor.Count(sim.List), 1, "repeated attempts would lock the user out")
			_, err = source.Organizations(t.Context(), "")
			requireFailure(t, bench, err, vendors.CredentialsRejected)
		})
	}
	if len(c.Descriptor.Regions) > 1 {
		t.Run("are rejected with a hint about the region", func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 1)
			// Another region rejects right credentials just like wrong ones.
			bench.Vendor.Inject(sim.Rejected(), sim.Rejected().On(sim.SignIn), sim.Reply(http.StatusOK, "application/json", "null").On(sim.Discovery))
			failure := requireFailure(t, bench, bench.Source.Verify(t.Context()), vendors.CredentialsRejected)
			require.Regexp(t, "region|platform|address", failure.Message)
		})
	}
	t.Run("are rejected during the walk", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, c.PageSize+1)
		bench.Vendor.Inject(sim.Rejected().At(2))
		pages, err := Walk(t.Context(), bench.Source)
		require.Len(t, pages, 1)
		requireFailure(t, bench, err, vendors.CredentialsRejected)
		require.Equal(t, 1+c.refused(), bench.Vendor.Count(sim.List))
	})
	if c.Tokens {
		t.Run("sign in once per walk", func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 2*c.PageSize+1)
			_, err := Walk(t.Context(), bench.Source)
			require.NoError(t, err)
			require.Equal(t, 1, bench.Vendor.Count(sim.SignIn))
		})
		t.Run("sign in again if a token expires during the walk", func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 2*c.PageSize+1)
			bench.Vendor.Inject(sim.Expired().At(2).Times(1))
			pages, err := Walk(t.Context(), bench.Source)
			require.NoError(t, err)
			require.Len(t, rows(pages), 2*c.PageSize+1)
			require.Equal(t, 2, bench.Vendor.Count(sim.SignIn))
			require.Equal(t, len(pages)+1, bench.Vendor.Count(sim.List))
		})
		t.Run("are not blamed if sign-in is down", func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 1)
			bench.Vendor.Inject(sim.Status(http.StatusServiceUnavailable).On(sim.SignIn))
			requireFailure(t, bench, bench.Source.Verify(t.Context()), vendors.Unavailable)
			require.Equal(t, 1, bench.Vendor.Count(sim.SignIn))
		})
		t.Run("are not blamed if sign-in is throttled", func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 1)
			bench.Vendor.Inject(sim.Throttled("9").On(sim.SignIn))
			failure := requireFailure(t, bench, bench.Source.Verify(t.Context()), vendors.RateLimited)
			require.Equal(t, 9*time.Second, failure.RetryAfter)
		})
	}
}

// refused returns how many list requests rejected credentials cost: one, or two if there is a retry
// with a new token.
func (c Case) refused() int {
	if c.Tokens {
		return 2
	}
	return 1
}

func runFailures(t *testing.T, c Case) {
	for _, refusal := range refusals {
		t.Run(fmt.Sprintf("answers with %d", refusal.status), func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, c.PageSize+1)
			bench.Vendor.Inject(sim.Status(refusal.status).At(2))
			pages, err := Walk(t.Context(), bench.Source)
			require.Len(t, pages, 1)
			requireFailure(t, bench, err, refusal.class)
			if refusal.class != vendors.CredentialsRejected {
				require.Equal(t, 2, bench.Vendor.Count(sim.List), "the caller decides on retries")
			}
		})
		t.Run(fmt.Sprintf("echoes the credentials with %d", refusal.status), func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 1)
			bench.Vendor.Inject(echo(bench, refusal.status))
			_, err := bench.Source.Organizations(t.Context(), "")
			requireFailure(t, bench, err, refusal.class)
		})
	}
	for name, fault := range map[string]struct {
		sim.Fault
		class vendors.Class
	}{
		"sends truncated JSON":             {sim.Truncated(), vendors.BadResponse},
		"sends a web page":                 {sim.HTML(), vendors.BadResponse},
		"sends JSON of another shape":      {sim.WrongJSON(), vendors.BadResponse},
		"sends null":                       {sim.Reply(http.StatusOK, "application/json", "null"), vendors.BadResponse},
		"sends an empty body":              {sim.Reply(http.StatusOK, "application/json", ""), vendors.BadResponse},
		"sends a string instead of a list": {sim.Reply(http.StatusOK, "application/json", `"sorry"`), vendors.BadResponse},
		"redirects":                        {sim.Redirect("/elsewhere"), vendors.BadResponse},
		"cuts the connection":              {sim.Cut(), vendors.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bench := Open(t, c, 5)
			bench.Vendor.Inject(fault.Fault.Times(1))
			_, err := bench.Source.Organizations(t.Context(), "")
			requireFailure(t, bench, err, fault.class)
			require.Equal(t, 1, bench.Vendor.Count(sim.List))
			page, err := bench.Source.Organizations(t.Context(), "")
			require.NoError(t, err, "the same cursor works again when the vendor does")
			require.Len(t, page.Organizations, 5)
		})
	}
	for name, fault := range map[string]sim.Fault{"hangs": sim.Hang(), "drips": sim.Drip(hangTimeout / 10)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bench := open(t, c, 5, hangTimeout)
			bench.Vendor.Inject(fault)
			_, err := bench.Source.Organizations(t.Context(), "")
			requireFailure(t, bench, err, vendors.Timeout)
		})
	}
	t.Run("sends Retry-After", func(t *testing.T) {
		t.Parallel()
		for header, want := range map[string]time.Duration{"": 0, "7": 7 * time.Second, "soon": 0} {
			bench := Open(t, c, 1)
			bench.Vendor.Inject(sim.Throttled(header))
			_, err := bench.Source.Organizations(t.Context(), "")
			require.Equal(t, want, requireFailure(t, bench, err, vendors.RateLimited).RetryAfter)
		}
		bench := Open(t, c, 1)
		bench.Vendor.Inject(sim.ThrottledUntil(90 * time.Second))
		_, err := bench.Source.Organizations(t.Context(), "")
		require.Equal(t, 90*time.Second, requireFailure(t, bench, err, vendors.RateLimited).RetryAfter)
	})
	t.Run("enforces its rate limit", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 1)
		_, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		bench.Vendor.SetLimit(sim.Limit{Requests: 1, Per: time.Hour})
		// A vendor without a limit starts counting here.
		_, _ = bench.Source.Organizations(t.Context(), "")
		_, err = bench.Source.Organizations(t.Context(), "")
		requireFailure(t, bench, err, vendors.RateLimited)
	})
	t.Run("is unreachable", func(t *testing.T) {
		t.Parallel()
		gone := httptest.NewServer(http.NotFoundHandler())
		gone.Close()
		bench := Open(t, c, 1)
		bench.Config.BaseURL = gone.URL
		source, err := c.Descriptor.Open(bench.Config)
		require.NoError(t, err)
		requireFailure(t, bench, source.Verify(t.Context()), vendors.Unavailable)
	})
	t.Run("is in a forbidden network", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 1)
		bench.Config.BaseURL = strings.Replace(bench.Config.BaseURL, "127.0.0.1", "[::1]", 1)
		source, err := c.Descriptor.Open(bench.Config)
		require.NoError(t, err)
		requireFailure(t, bench, source.Verify(t.Context()), vendors.BadResponse)
		require.Empty(t, bench.Vendor.Calls())
	})
}

func runStrangeLists(t *testing.T, c Case) {
	t.Run("without some ids or names", func(t *testing.T) {
		t.Parallel()
		for _, fault := range []sim.Fault{sim.NullIDs(), sim.NullNames(), sim.HugeNames()} {
			bench := Open(t, c, 5)
			bench.Vendor.Inject(fault)
			page, err := bench.Source.Organizations(t.Context(), "")
			require.NoError(t, err)
			require.Len(t, page.Organizations, 4)
			require.Len(t, page.Skipped, 1)
		}
	})
	t.Run("with duplicate rows", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 5)
		bench.Vendor.Inject(sim.Duplicates())
		page, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Len(t, page.Organizations, 6, "the caller decides which duplicate counts")
	})
	t.Run("with a NUL in a name", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 0)
		bench.Vendor.Set([]vendors.Organization{{RemoteID: "1", Name: "North\x00wind"}})
		page, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, "Northwind", page.Organizations[0].Name)
	})
	t.Run("that becomes empty during the walk", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 2*c.PageSize+1)
		bench.Vendor.Inject(sim.Empty().At(2))
		pages, err := Walk(t.Context(), bench.Source)
		require.NoError(t, err)
		require.Len(t, rows(pages), c.PageSize)
		requireTotals(t, c, pages[:1], 2*c.PageSize+1)
	})
	t.Run("with a loop of pages", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, c.PageSize+1)
		bench.Vendor.Inject(sim.Loop())
		first, err := bench.Source.Organizations(t.Context(), "")
		require.NoError(t, err)
		require.NotEmpty(t, first.Next)
		second, err := bench.Source.Organizations(t.Context(), first.Next)
		require.NoError(t, err)
		require.Equal(t, first.Organizations, second.Organizations, "equal pages tell the caller of the loop")
	})
	if c.Totals {
		t.Run("with a wrong total", func(t *testing.T) {
			t.Parallel()
			for _, off := range []int{-3, 400} {
				bench := Open(t, c, 10)
				bench.Vendor.Inject(sim.Total(off))
				pages, err := Walk(t.Context(), bench.Source)
				require.NoError(t, err)
				require.Len(t, rows(pages), 10)
				require.Equal(t, 10+off, *pages[0].Total, "the total is returned as announced")
			}
		})
	}
	if c.NextURL {
		t.Run("that continues at another host", func(t *testing.T) {
			t.Parallel()
			var called atomic.Bool
			foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Store(true) }))
			t.Cleanup(foreign.Close)
			bench := Open(t, c, c.PageSize+1)
			bench.Vendor.Inject(sim.ForeignNext(strings.TrimPrefix(foreign.URL, "http://")))
			_, err := Walk(t.Context(), bench.Source)
			requireFailure(t, bench, err, vendors.BadResponse)
			require.False(t, called.Load())
		})
	}
}

func runCaller(t *testing.T, c Case) {
	t.Run("may cancel", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 5)
		bench.Vendor.Inject(sim.Hang())
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		done := make(chan error, 1)
		go func() {
			_, err := bench.Source.Organizations(ctx, "")
			done <- err
		}()
		require.Eventually(t, func() bool { return bench.Vendor.Count(sim.List) == 1 }, 10*time.Second, time.Millisecond)
		cancel()
		err := <-done
		require.ErrorIs(t, err, context.Canceled)
		requireNoSecret(t, bench, err)
		var failure *vendors.Error
		require.NotErrorAs(t, err, &failure, "canceling is not a failure of the vendor")
	})
	t.Run("may set a deadline", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 5)
		bench.Vendor.Inject(sim.Hang())
		ctx, cancel := context.WithTimeout(t.Context(), hangTimeout)
		t.Cleanup(cancel)
		_, err := bench.Source.Organizations(ctx, "")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
	t.Run("may call concurrently", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, c.PageSize+1)
		done := make(chan error, 8)
		for range cap(done) {
			go func() {
				_, err := Walk(t.Context(), bench.Source)
				done <- err
			}()
		}
		for range cap(done) {
			require.NoError(t, <-done)
		}
		require.LessOrEqual(t, bench.Vendor.Count(sim.SignIn), 1, "one token serves all")
	})
	t.Run("does not print credentials", func(t *testing.T) {
		t.Parallel()
		bench := Open(t, c, 1)
		for _, text := range []string{fmt.Sprintf("%v %+v %#v", bench.Config, bench.Config, bench.Config.Credentials)} {
			for _, secret := range bench.Config.Credentials {
				require.NotContains(t, text, secret)
			}
		}
	})
}
