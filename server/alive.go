package main

import (
	"context"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/gather"
)

const (
	aliveFor       = 1500 * time.Millisecond // reuse of a verdict; revoking is promised within 5 s
	aliveWait      = 50 * time.Millisecond   // how long the first check waits for others to join its statement
	aliveQuestions = 2                       // concurrent statements
	aliveAtOnce    = 1000                    // tokens per statement
	aliveTimeout   = 5 * time.Second
)

// alive checks whether the tokens, sessions and people of open streams are still valid. Thousands of streams check
// every few seconds, so alive batches checks that arrive together into one statement.
type alive struct {
	authenticate func(ctx context.Context, texts []string) (map[string]auth.Actor, error)

	questions *gather.Gatherer[string, auth.Actor]

	mu       sync.Mutex // protects verdicts
	verdicts map[string]aliveVerdict
}

type aliveVerdict struct {
	actor auth.Actor
	good  bool
	at    time.Time
}

func newAlive(authenticate func(context.Context, []string) (map[string]auth.Actor, error)) *alive {
	a := &alive{authenticate: authenticate, verdicts: map[string]aliveVerdict{}}
	a.questions = gather.New(gather.Options{AtOnce: aliveQuestions, Most: aliveAtOnce, Wait: aliveWait}, a.ask)
	return a
}

// holderStill returns the current holder of the secret that a stream was opened with. There are thousands of streams,
// so secrets are looked up in batches. For a JSON Web Token it looks up the person the token identified.
func (a *App) holderStill(ctx context.Context, text string, opened auth.Actor) (auth.Actor, error) {
	if bearer.Is(text) || a.issuer == nil {
		return a.alive.check(ctx, text)
	}
	if _, err := a.issuer.Verify(ctx, text); err != nil {
		return auth.Actor{}, err
	}
	return a.alive.check(ctx, personPrefix+opened.AccountID.String()+"/"+opened.ID.String())
}

// personPrefix marks a person among the secrets that alive looks up. No secret starts with it.
const personPrefix = "person "

// stillGood returns the current holder of each secret and the current actor of each person. It omits invalid ones.
func (a *App) stillGood(ctx context.Context, texts []string) (map[string]auth.Actor, error) {
	var secrets []string
	var people []person.Key
	for _, text := range texts {
		if named, isPerson := strings.CutPrefix(text, personPrefix); isPerson {
			account, one, _ := strings.Cut(named, "/")
			people = append(people, person.Key{AccountID: uuid.MustParse(account), ID: uuid.MustParse(one)})
		} else {
			secrets = append(secrets, text)
		}
	}
	actors := map[string]auth.Actor{}
	if len(secrets) > 0 {
		found, err := a.holders.All(ctx, secrets)
		if err != nil {
			return nil, err
		}
		for secret, holder := range found {
			actors[secret] = holder.Actor
		}
	}
	if len(people) > 0 {
		found, err := a.people.Actors(ctx, people)
		if err != nil {
			return nil, err
		}
		for _, actor := range found {
			actors[personPrefix+actor.AccountID.String()+"/"+actor.ID.String()] = actor
		}
	}
	return actors, nil
}

// errNotAlive is the error for a token that is no longer valid, whatever the reason.
var errNotAlive = apperr.New(apperr.Unauthenticated, "This token has expired or been revoked.")

// check returns the holder of the token, or UNAUTHENTICATED if the token is no longer valid.
func (a *alive) check(ctx context.Context, text string) (auth.Actor, error) {
	verdict, holds := a.verdict(text)
	if !holds {
		question := a.questions.Join(ctx, text)
		select {
		case <-question.Done():
		case <-ctx.Done():
			return auth.Actor{}, ctx.Err()
		}
		var err error
		if verdict.actor, verdict.good, err = question.Found(text); err != nil {
			return auth.Actor{}, err
		}
	}
	if !verdict.good {
		return auth.Actor{}, errNotAlive
	}
	return verdict.actor, nil
}

// verdict returns the cached verdict and whether it is still fresh.
func (a *alive) verdict(text string) (known aliveVerdict, holds bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	known = a.verdicts[text]
	return known, time.Since(known.at) < aliveFor
}

// ask looks up the tokens and caches the verdicts.
func (a *alive) ask(ctx context.Context, texts []string) (map[string]auth.Actor, error) {
	ctx, cancel := context.WithTimeout(ctx, aliveTimeout)
	defer cancel()
	now := time.Now() // taken before the statement, so a verdict is never older than its timestamp says
	actors, err := a.authenticate(ctx, texts)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.verdicts, func(_ string, old aliveVerdict) bool { return now.Sub(old.at) > 2*aliveFor })
	for _, text := range texts {
		actor, good := actors[text]
		a.verdicts[text] = aliveVerdict{actor: actor, good: good, at: now}
	}
	return actors, nil
}
