package main

import (
	"context"
	"fmt"
)

func electCommand() command {
	flags := newFlags("elect")
	name := flags.String("election", "", "election `name`")
	value := flags.String("value", "", "`proposal`, the value of the leader's key")
	ttl := ttlFlag(flags)
	return command{flags, func(ctx context.Context, cli *etcdClient) error {
		return holding(cli, *ttl, func(s *session) error {
			return lead(ctx, s, *name, *value)
		})
	}}
}

func lead(ctx context.Context, s *session, name, value string) (err error) {
	e := newElection(s, name)
	if err := e.Campaign(ctx, value); err != nil {
		return fmt.Errorf("campaign: %w", err)
	}
	defer func() {
		ctx, cancel := cleanUpContext()
		defer cancel()
		keepFirst(&err, e.Resign(ctx))
	}()
	fmt.Printf("leader %s\n", e.Key())
	return waitHeld(ctx, s)
}
