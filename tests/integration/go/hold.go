package main

import (
	"context"
	"fmt"
	"time"
)

func holdCommand() command {
	flags := newFlags("hold")
	name := flags.String("lock", "", "lock `name`")
	limit := flags.Duration("for", 0, "how long to hold; 0 is until stopped")
	service := flags.String("service", "interop", "`name` to announce as the holder's")
	ttl := ttlFlag(flags)
	return command{flags, func(ctx context.Context, cli *etcdClient) error {
		return holding(cli, *ttl, func(s *session) error {
			if err := announce(ctx, cli, s, *service); err != nil {
				return err
			}
			return holdLock(ctx, cli, s, *name, *limit)
		})
	}}
}

func holdLock(ctx context.Context, cli *etcdClient, s *session, name string, limit time.Duration) (err error) {
	m := newMutex(s, name)
	if err := lock(ctx, m); err != nil {
		return err
	}
	defer func() { keepFirst(&err, unlock(m)) }()
	token, err := fencingToken(ctx, cli, m)
	if err != nil {
		return err
	}
	fmt.Printf("holding %s %x %d\n", m.Key(), s.Lease(), token)
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	return waitHeld(ctx, s)
}
