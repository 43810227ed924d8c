package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// contender takes one lock again and again beside others, in any language, that share its log. Exclusion is
// proved without etcd: whoever holds the lock creates <log>.busy exclusively and removes it before unlocking.
type contender struct {
	cli         *etcdClient
	lock        string
	count       int
	id          string
	log         string
	ttl         int
	hold        time.Duration
	sessionEach bool
}

func contendCommand() command {
	c := &contender{}
	flags := newFlags("contend")
	flags.StringVar(&c.lock, "lock", "", "lock `name`")
	flags.IntVar(&c.count, "count", 1, "how many `times` to take the lock")
	flags.StringVar(&c.id, "id", "", "`name` of this contender in the log")
	flags.StringVar(&c.log, "log", "", "shared log `file`")
	flags.DurationVar(&c.hold, "hold", time.Millisecond, "how long to hold the lock each time")
	flags.BoolVar(&c.sessionEach, "session-each", false, "a new session for every acquisition instead of one for all")
	ttl := ttlFlag(flags)
	return command{flags, func(ctx context.Context, cli *etcdClient) error {
		c.cli, c.ttl = cli, *ttl
		return c.run(ctx)
	}}
}

func (c *contender) run(ctx context.Context) error {
	sessions, perSession := 1, c.count
	if c.sessionEach {
		sessions, perSession = c.count, 1
	}
	for i := 0; i < sessions; i++ {
		if err := c.withSession(ctx, perSession); err != nil {
			return err
		}
	}
	fmt.Printf("done %d\n", c.count)
	return nil
}

func (c *contender) withSession(ctx context.Context, acquisitions int) (err error) {
	s, err := newSession(c.cli, withTTL(c.ttl))
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	defer closeSession(s, &err)
	for i := 0; i < acquisitions; i++ {
		if err := c.acquire(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (c *contender) acquire(ctx context.Context, s *session) (err error) {
	m := newMutex(s, c.lock)
	if err := lock(ctx, m); err != nil {
		return err
	}
	defer func() { keepFirst(&err, unlock(m)) }()
	return c.critical(ctx, m)
}

func (c *contender) critical(ctx context.Context, m *mutex) (err error) {
	busy, err := os.OpenFile(c.log+".busy", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if os.IsExist(err) {
		fmt.Println("VIOLATION")
		return fmt.Errorf("%w: somebody else holds %s too", errBroken, c.lock)
	}
	if err != nil {
		return err
	}
	defer func() { keepFirst(&err, os.Remove(busy.Name())) }()
	busy.Close()
	token, err := fencingToken(ctx, c.cli, m)
	if err != nil {
		return err
	}
	if err := c.append(token); err != nil {
		return err
	}
	return sleep(ctx, c.hold)
}

func (c *contender) append(token int64) error {
	log, err := os.OpenFile(c.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(log, "%s %d\n", c.id, token); err != nil {
		log.Close()
		return err
	}
	return log.Close()
}
