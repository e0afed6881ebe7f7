package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// growthResults are the costs of one account's pages in one database.
type growthResults struct {
	Organizations int           `json:"organizations"`
	Accounts      int           `json:"accountsInTheDatabase"`
	Kinds         []kindResults `json:"kinds"`
}

// otherAccounts is how many more accounts the database has at the end.
const otherAccounts = 999

// measureGrowth measures browsing and searching in accounts of several sizes, then in the same account among many
// others.
func (r *results) measureGrowth(ctx context.Context, stage *stage, options options, of tenant) error {
	for _, organizations := range []int{100, 1_000, 10_000, 100_000} {
		account := of
		if size := options.scaled(organizations, organizations); size.organizations != of.size.organizations {
			var err error
			if account, err = stage.account(ctx, fmt.Sprintf("MSP of %d", organizations), size); err != nil {
				return err
			}
		}
		if err := r.measureAccount(ctx, stage, options, account); err != nil {
			return err
		}
	}
	others := otherAccounts
	if options.short {
		others /= 100
	}
	say("filling %d more accounts", others)
	if err := fillOthers(ctx, stage.conn, others, size{organizations: 100, integrations: 8, mapped: 6, listed: 100}); err != nil {
		return err
	}
	return r.measureAccount(ctx, stage, options, of)
}

func (r *results) measureAccount(ctx context.Context, stage *stage, options options, of tenant) (err error) {
	few := slices.DeleteFunc(subjects(), func(one subject) bool { return one.sort != floor && one.name != "orgmap" && one.name != "yoga" })
	c, err := newContest(ctx, stage, options.pace, of, few)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	found := growthResults{Organizations: of.size.organizations}
	if err := stage.conn.QueryRow(ctx, "SELECT count(*) FROM accounts").Scan(&found.Accounts); err != nil {
		return err
	}
	for _, kind := range readKinds() {
		if kind.name != "browse" && kind.name != "search" {
			continue
		}
		measured, err := c.measure(ctx, kind)
		if err != nil {
			return err
		}
		found.Kinds = append(found.Kinds, measured)
	}
	r.Growth = append(r.Growth, found)
	return nil
}
