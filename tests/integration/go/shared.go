package main

import (
	"context"
	"fmt"
)

func sharedCommand() command {
	flags := newFlags("shared")
	prefix := flags.String("prefix", "", "`prefix` of the keys; their number is appended")
	keys := flags.Int("keys", 1, "how many `keys` share the lease")
	ttl := ttlFlag(flags)
	return command{flags, func(ctx context.Context, cli *etcdClient) error {
		return holding(cli, *ttl, func(s *session) error {
			return writeShared(ctx, cli, s, *prefix, *keys)
		})
	}}
}

// writeShared attaches plain keys to one lease, as kube-apiserver does with its events: no lock among them.
func writeShared(ctx context.Context, cli *etcdClient, s *session, prefix string, keys int) error {
	for i := 0; i < keys; i++ {
		key := fmt.Sprintf("%s%d", prefix, i)
		if _, err := cli.Put(ctx, key, fmt.Sprintf("object %d", i), withLease(s.Lease())); err != nil {
			return fmt.Errorf("put %s: %w", key, err)
		}
	}
	fmt.Printf("ready %x\n", s.Lease())
	return waitHeld(ctx, s)
}
