// Package live delivers committed changes to the subscribers of this process, whichever process committed them.
//
// The database is the source of truth. Redis pub/sub only carries notifications that something of an account was
// committed; it may lose them, repeat them or be down. A Hub carries notifications. A Log delivers an append-only
// journal in order, without gaps and exactly once. A Latest delivers the newest state of things that change. Logs and
// Latests read from their source once per account and process, however many subscribers there are. They also compare
// themselves with the source every two seconds, so nothing depends on Redis.
//
// Reading order: notification.go, hub.go, outbox.go and subscription.go carry notifications; scheduler.go schedules the
// accounts' feeds; log.go, logfeed.go and logreader.go, latest.go, latestfeed.go and latestreader.go deliver.
package live
