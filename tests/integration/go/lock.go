package main

import (
	"context"
	"errors"
	"fmt"
)

// fencingToken is the create revision of the lock's own key, read in a transaction that holds only while the
// key is the one that was locked. Mutex.Header cannot tell: after a wait it carries a later revision. The
// check also unmasks a false owner, a waiter of the 3.4 client whose lease was revoked (etcd#11456).
func fencingToken(ctx context.Context, cli *etcdClient, m *mutex) (int64, error) {
	resp, err := cli.Txn(ctx).If(m.IsOwner()).Then(opGet(m.Key())).Commit()
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", m.Key(), err)
	}
	if !resp.Succeeded {
		return 0, fmt.Errorf("%w: %s is gone although Lock succeeded", errBroken, m.Key())
	}
	return resp.Responses[0].GetResponseRange().Kvs[0].CreateRevision, nil
}

func lock(ctx context.Context, m *mutex) error {
	err := m.Lock(ctx)
	if errors.Is(err, errSessionExpired) {
		return fmt.Errorf("%w: %v", errBroken, err)
	}
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

func unlock(m *mutex) error {
	ctx, cancel := cleanUpContext()
	defer cancel()
	if err := m.Unlock(ctx); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}
