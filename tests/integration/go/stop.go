package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	parentPollInterval = 200 * time.Millisecond
	cleanUpLimit       = 5 * time.Second
)

// stopContext is cancelled when standard input closes, on SIGTERM or SIGINT, and when the parent dies.
// The parent is polled: PR_SET_PDEATHSIG follows the thread that forked, and a test may fork from a thread
// that ends before the test does; standard input alone is not enough, since a sibling may have inherited its
// other end. A clean-up that does not end in time, because etcd is gone, is cut off.
func stopContext() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	ctx, stop := context.WithCancel(ctx)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	go func() {
		for parent := os.Getppid(); os.Getppid() == parent; {
			time.Sleep(parentPollInterval)
		}
		stop()
	}()
	go func() {
		<-ctx.Done()
		time.Sleep(cleanUpLimit)
		fail(exitUnavailable, errors.New("clean-up timed out; leases are left to expire"))
	}()
	return ctx
}

// cleanUpContext is for what must still be said to etcd after a stop.
func cleanUpContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), cleanUpLimit)
}
