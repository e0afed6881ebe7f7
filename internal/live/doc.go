// Package live tells the subscribers of this process what was committed, on whichever process it was.
//
// The database is the truth; Redis pub/sub only carries the news that something of an account was committed, and may lose it, repeat it
// or be away. A Hub carries the news. A Log delivers an append-only journal in order, without gaps and once. A Latest delivers the newest
// state of things that move. Both read what they deliver from their source, once for each account and process however many subscribers
// there are, and both compare themselves with the source every two seconds, so that nobody depends on Redis.
//
// Reading order: news.go, hub.go, outbox.go and subscription.go carry; roster.go decides which account's feed has work;
// log.go, logfeed.go and logreader.go, latest.go, latestfeed.go and latestreader.go deliver.
package live
