package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// announce writes who holds the session's lease, as the project's README tells services to.
func announce(ctx context.Context, cli *etcdClient, s *session, service string) error {
	host, _ := os.Hostname()
	who, _ := json.Marshal(map[string]any{
		"host": host, "pid": os.Getpid(), "thread": "worker-7",
		"service": service, "since": time.Now().UTC().Format(time.RFC3339),
	})
	key := fmt.Sprintf("leasescope/holders/%x", s.Lease())
	if _, err := cli.Put(ctx, key, string(who), withLease(s.Lease())); err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	return nil
}
