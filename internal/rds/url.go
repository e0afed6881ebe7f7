package rds

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Timeouts for commands that a request may wait for. They are short because nothing essential is in Redis: a caller
// is better off without an answer than with a late one.
const (
	dialTimeout  = 2 * time.Second
	readTimeout  = 2 * time.Second
	writeTimeout = time.Second
	poolTimeout  = 2 * time.Second
	// commandRetries is one: enough for a connection that broke while idle. Dials are not retried.
	commandRetries = 1
	dialTries      = 1
	// poolSize is small because commands are short and pipelined, and a subscription has its own connection.
	poolSize = 10
	// idleLimit closes connections before a firewall silently drops them.
	idleLimit = 5 * time.Minute
	// protocol is RESP2: proxies and old servers support it, and nothing here needs more.
	protocol = 2
)

const (
	redisPort    = "6379"
	sentinelPort = "26379"
)

// errForm is the only error for a URL that cannot be parsed, because any part of such a URL may be part of the
// password.
var errForm = errors.New("the Redis URL cannot be read: expected scheme://[user:password@]host[:port][/database], with scheme " +
	"redis, rediss, unix, redis+sentinel, rediss+sentinel, redis+cluster or rediss+cluster; " +
	"special characters in user and password must be percent-encoded")

type kind int

const (
	single kind = iota
	sentinels
	clusterNodes
)

// schemes maps Orgmap's URL schemes to the kind of deployment and to a scheme that go-redis knows.
var schemes = map[string]struct {
	kind kind
	base string
}{
	"redis": {single, "redis"}, "rediss": {single, "rediss"}, "unix": {single, "unix"},
	"redis+sentinel": {sentinels, "redis"}, "rediss+sentinel": {sentinels, "rediss"},
	"redis+cluster": {clusterNodes, "redis"}, "rediss+cluster": {clusterNodes, "rediss"},
}

// target is a parsed Redis URL. For a single server, options is complete; for the other kinds it is a template.
type target struct {
	kind                               kind
	options                            *redis.Options
	hosts                              []string
	master                             string
	sentinelUsername, sentinelPassword string
}

// parse removes the credentials before anything else reads the URL, so that no later error can quote them.
func parse(address string) (*target, error) {
	name, rest, _ := strings.Cut(address, "://")
	scheme, known := schemes[name]
	if !known {
		return nil, errForm
	}
	username, password, rest, err := credentials(rest)
	if err != nil {
		return nil, err
	}
	end := strings.IndexAny(rest+"/", "/?#")
	hosts, tail := rest[:end], rest[end:]
	t := &target{kind: scheme.kind}
	plain, err := url.Parse(tail)
	if err != nil || plain.Host != "" || plain.Fragment != "" {
		return nil, errForm
	}
	plain.Scheme = scheme.base
	if scheme.base != "unix" {
		if err := t.place(plain, hosts); err != nil {
			return nil, err
		}
	} else if hosts != "" {
		return nil, errForm
	}
	if t.options, err = redis.ParseURL(plain.String()); err != nil {
		return nil, fmt.Errorf("the Redis URL: %w", err)
	}
	t.options.Username, t.options.Password = username, password
	return t, t.complete()
}

// credentials cuts off "user:password@". It rejects a slash, question mark or hash there: part of the password would
// look like a path, so these characters must be percent-encoded.
func credentials(rest string) (username, password, remainder string, err error) {
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return "", "", rest, nil
	}
	if strings.ContainsAny(rest[:at], "/?#") {
		return "", "", "", errForm
	}
	username, password, _ = strings.Cut(rest[:at], ":")
	username, err1 := url.PathUnescape(username)
	password, err2 := url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		return "", "", "", errForm
	}
	return username, password, rest[at+1:], nil
}

// place reads the hosts and, for sentinels, the master's name and the sentinels' own credentials. It leaves in plain
// what go-redis can parse: one host, the database and the options.
func (t *target) place(plain *url.URL, hosts string) error {
	port := redisPort
	if t.kind == sentinels {
		port = sentinelPort
		var database string
		t.master, database, _ = strings.Cut(strings.TrimPrefix(plain.Path, "/"), "/")
		if t.master == "" {
			return errors.New("the Redis URL names no master: expected redis+sentinel://host,host/master")
		}
		plain.Path = "/" + database
		query := plain.Query()
		t.sentinelUsername, t.sentinelPassword = query.Get("sentinel_username"), query.Get("sentinel_password")
		query.Del("sentinel_username")
		query.Del("sentinel_password")
		plain.RawQuery = query.Encode()
	}
	for host := range strings.SplitSeq(hosts, ",") {
		full, err := withPort(host, port)
		if err != nil {
			return err
		}
		t.hosts = append(t.hosts, full)
	}
	if t.kind == single && len(t.hosts) > 1 {
		return errors.New("the Redis URL names several hosts: use the scheme redis+sentinel or redis+cluster")
	}
	plain.Host = t.hosts[0]
	return nil
}

// withPort returns host with port unless it has its own. It accepts "host", "host:port", "[::1]" and "[::1]:port"; no
// host means localhost.
func withPort(host, port string) (string, error) {
	address := &url.URL{Host: host}
	if address.Port() != "" {
		port = address.Port()
	}
	name := address.Hostname()
	if name == "" {
		name = "localhost"
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 || !isHost(name, strings.HasPrefix(host, "[")) {
		return "", errors.New("the Redis URL has a host that is none, or a wrong port; an IPv6 address stands in brackets")
	}
	return net.JoinHostPort(name, port), nil
}

// isHost reports whether name can be a host name. An impossible name should be an error at startup, not a dial that
// keeps failing.
func isHost(name string, inBrackets bool) bool {
	if inBrackets {
		address, err := netip.ParseAddr(name)
		return err == nil && address.Is6()
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".-_", r)
	})
}

// complete sets the options that the URL leaves open.
func (t *target) complete() error {
	o := t.options
	if t.kind == clusterNodes && o.DB != 0 {
		return errors.New("the Redis URL names a database, and a Redis cluster has only number 0")
	}
	if t.kind != single && o.TLSConfig != nil {
		o.TLSConfig.ServerName = "" // verify each server's own name, not the first one's
	}
	setDefault(&o.DialTimeout, dialTimeout)
	setDefault(&o.ReadTimeout, readTimeout)
	setDefault(&o.WriteTimeout, writeTimeout)
	setDefault(&o.PoolTimeout, poolTimeout)
	setDefault(&o.ConnMaxIdleTime, idleLimit)
	setDefault(&o.MaxRetries, commandRetries)
	setDefault(&o.PoolSize, poolSize)
	setDefault(&o.Protocol, protocol)
	o.DialerRetries = dialTries
	// A caller's deadline applies even if it is shorter than the timeouts.
	o.ContextTimeoutEnabled = true
	// Both options would send commands at connect that not every server knows.
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return nil
}

func setDefault[T comparable](setting *T, value T) {
	var unset T
	if *setting == unset {
		*setting = value
	}
}

// universal returns the options for the kinds with several hosts.
func (t *target) universal() *redis.UniversalOptions {
	o := t.options
	return &redis.UniversalOptions{
		Addrs: t.hosts, MasterName: t.master, DB: o.DB, ClientName: o.ClientName, Protocol: o.Protocol,
		Username: o.Username, Password: o.Password,
		SentinelUsername: t.sentinelUsername, SentinelPassword: t.sentinelPassword,
		TLSConfig:   o.TLSConfig,
		DialTimeout: o.DialTimeout, DialerRetries: o.DialerRetries, ReadTimeout: o.ReadTimeout, WriteTimeout: o.WriteTimeout,
		MaxRetries: o.MaxRetries, MinRetryBackoff: o.MinRetryBackoff, MaxRetryBackoff: o.MaxRetryBackoff,
		ContextTimeoutEnabled: o.ContextTimeoutEnabled, DisableIdentity: o.DisableIdentity,
		PoolSize: o.PoolSize, PoolTimeout: o.PoolTimeout, PoolFIFO: o.PoolFIFO, MaxConcurrentDials: o.MaxConcurrentDials,
		MinIdleConns: o.MinIdleConns, MaxIdleConns: o.MaxIdleConns, MaxActiveConns: o.MaxActiveConns,
		ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime, ConnMaxLifetimeJitter: o.ConnMaxLifetimeJitter,
		PipelinePoolSize: o.PipelinePoolSize, PipelineReadBufferSize: o.PipelineReadBufferSize,
		PipelineWriteBufferSize: o.PipelineWriteBufferSize, MaintNotificationsConfig: o.MaintNotificationsConfig,
	}
}
