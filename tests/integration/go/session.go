package main

import (
	"context"
	"fmt"
	"time"
)

// holding runs body with a session, closes it and says so.
func holding(cli *etcdClient, ttl int, body func(*session) error) error {
	if err := inSession(cli, ttl, body); err != nil {
		return err
	}
	fmt.Println("closed")
	return nil
}

func inSession(cli *etcdClient, ttl int, body func(*session) error) (err error) {
	s, err := newSession(cli, withTTL(ttl))
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	defer closeSession(s, &err)
	return body(s)
}

func closeSession(s *session, err *error) {
	if closeErr := s.Close(); closeErr != nil {
		keepFirst(err, fmt.Errorf("close session: %w", closeErr))
	}
}

// waitHeld waits for the end of ctx, which is fine, or of the session, which is not.
func waitHeld(ctx context.Context, s *session) error {
	select {
	case <-ctx.Done():
		return nil
	case <-s.Done():
		fmt.Println("lost")
		return fmt.Errorf("%w: lease %x is gone", errBroken, s.Lease())
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// keepFirst keeps the error that happened first: what fails afterwards mostly follows from it.
func keepFirst(first *error, next error) {
	if *first == nil {
		*first = next
	}
}
