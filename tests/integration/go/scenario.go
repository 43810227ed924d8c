package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

// What services do with etcd's locks, rightly and wrongly. Each prints what is wrong with it as "leaked LEASE" (a
// session that was not closed and has no key), "held LEASE" (one that has a lock that is never released) or
// "cycle LEASE LEASE"; then "ready", and goes on until it is stopped.
var scenarios = map[string]func(ctx context.Context, cli *etcdClient, prefix string, ttl int) error{
	"leak":        leakScenario,
	"fixed":       fixedScenario,
	"pool":        poolScenario,
	"per-request": perRequestScenario,
	"opposite":    oppositeScenario,
	"shared":      sharedScenario,
	"election":    electionScenario,
	"shards":      shardsScenario,
	"objects":     objectsScenario,
}

const (
	scenarioRequests = 6
	requestLimit     = 150 * time.Millisecond
	workTime         = 30 * time.Millisecond
)

func scenarioCommand() command {
	flags := newFlags("scenario")
	names := make([]string, 0, len(scenarios))
	for name := range scenarios {
		names = append(names, name)
	}
	sort.Strings(names)
	kind := flags.String("kind", "", "one of "+strings.Join(names, ", "))
	prefix := flags.String("prefix", "", "`prefix` of all its keys")
	ttl := ttlFlag(flags)
	return command{flags, func(ctx context.Context, cli *etcdClient) error {
		run, known := scenarios[*kind]
		if !known {
			return fmt.Errorf("no scenario %q", *kind)
		}
		err := run(ctx, cli, *prefix, *ttl)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	}}
}

func ready(ctx context.Context) error {
	fmt.Println("ready")
	<-ctx.Done()
	return nil
}

// leakScenario is the incident: nobody closes the session, and the first request never unlocks.
func leakScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	for i := 0; i < scenarioRequests; i++ {
		s, err := newSession(cli, withTTL(ttl))
		if err != nil {
			return fmt.Errorf("session: %w", err)
		}
		limited, cancel := context.WithTimeout(ctx, requestLimit)
		err = newMutex(s, prefix+"/lock").Lock(limited)
		cancel()
		if err == nil {
			fmt.Printf("held %x\n", s.Lease())
		} else {
			fmt.Printf("leaked %x\n", s.Lease())
		}
	}
	return ready(ctx)
}

func request(ctx context.Context, cli *etcdClient, lockName string, ttl int) error {
	return inSession(cli, ttl, func(s *session) error {
		m := newMutex(s, lockName)
		if err := lock(ctx, m); err != nil {
			return err
		}
		if err := sleep(ctx, workTime); err != nil {
			keepFirst(&err, unlock(m))
			return err
		}
		return unlock(m)
	})
}

// again does something until ctx ends, or it fails.
func again(ctx context.Context, pause time.Duration, do func() error) error {
	for {
		if err := do(); err != nil {
			return err
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// inParallel runs n of them; the first error counts.
func inParallel(n int, do func(i int) error) error {
	errs := make(chan error, n)
	for i := 0; i < n; i++ {
		go func(i int) { errs <- do(i) }(i)
	}
	var first error
	for i := 0; i < n; i++ {
		keepFirst(&first, <-errs)
	}
	return first
}

// fixedScenario is the incident's service as it should be.
func fixedScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	fmt.Println("ready")
	return again(ctx, 100*time.Millisecond, func() error { return request(ctx, cli, prefix+"/lock", ttl) })
}

// perRequestScenario has several requests at a time, which wait for each other.
func perRequestScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	fmt.Println("ready")
	return inParallel(4, func(int) error {
		return again(ctx, 50*time.Millisecond, func() error { return request(ctx, cli, prefix+"/lock", ttl) })
	})
}

// poolScenario keeps sessions for ever and uses each of them now and then.
func poolScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	var pool []*session
	for i := 0; i < 5; i++ {
		s, err := newSession(cli, withTTL(ttl))
		if err != nil {
			return fmt.Errorf("session: %w", err)
		}
		pool = append(pool, s)
	}
	fmt.Println("ready")
	return inParallel(len(pool), func(i int) error {
		m := newMutex(pool[i], fmt.Sprintf("%s/lock-%d", prefix, i%3))
		return again(ctx, time.Duration(300+200*i)*time.Millisecond, func() error {
			if err := lock(ctx, m); err != nil {
				return err
			}
			if err := sleep(ctx, workTime); err != nil {
				return err
			}
			return unlock(m)
		})
	})
}

// sharedScenario is two processes with a session each for all their requests, of which each takes one lock: what a
// session holds and what it waits for belong to different requests, so circles close and open all the time.
func sharedScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	fmt.Println("ready")
	return inParallel(2, func(int) error {
		return inSession(cli, ttl, func(s *session) error {
			return inParallel(2, func(i int) error {
				m := newMutex(s, fmt.Sprintf("%s/lock-%d", prefix, i))
				return again(ctx, time.Millisecond, func() error {
					if err := lock(ctx, m); err != nil {
						return err
					}
					if err := sleep(ctx, workTime); err != nil {
						return err
					}
					return unlock(m)
				})
			})
		})
	})
}

// oppositeScenario is two services that take two locks in opposite order.
func oppositeScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	var sessions [2]*session
	for i := range sessions {
		s, err := newSession(cli, withTTL(ttl))
		if err != nil {
			return fmt.Errorf("session: %w", err)
		}
		sessions[i] = s
		if err := lock(ctx, newMutex(s, fmt.Sprintf("%s/lock-%d", prefix, i))); err != nil {
			return err
		}
	}
	var waiting sync.WaitGroup
	for i := range sessions {
		waiting.Add(1)
		go func(i int) {
			defer waiting.Done()
			// Ends with ctx only.
			_ = newMutex(sessions[i], fmt.Sprintf("%s/lock-%d", prefix, 1-i)).Lock(ctx)
		}(i)
	}
	fmt.Printf("cycle %x %x\n", sessions[0].Lease(), sessions[1].Lease())
	err := ready(ctx)
	waiting.Wait()
	return err
}

// electionScenario has a leader and two who would like to be.
func electionScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	fmt.Println("ready")
	return inParallel(3, func(i int) error {
		return inSession(cli, ttl, func(s *session) error {
			if err := newElection(s, prefix+"/election").Campaign(ctx, fmt.Sprintf("candidate-%d", i)); err != nil {
				return err
			}
			return waitHeld(ctx, s)
		})
	})
}

// shardsScenario has two candidates for two elections, so that each leads one and stands by for the other.
func shardsScenario(ctx context.Context, cli *etcdClient, prefix string, ttl int) error {
	fmt.Println("ready")
	return inParallel(2, func(i int) error {
		return inSession(cli, ttl, func(s *session) error {
			return inParallel(2, func(j int) error {
				if i == j { // the other one comes first
					if err := sleep(ctx, requestLimit); err != nil {
						return err
					}
				}
				e := newElection(s, fmt.Sprintf("%s/shard-%d", prefix, j))
				if err := e.Campaign(ctx, fmt.Sprintf("candidate-%d", i)); err != nil {
					return err
				}
				return waitHeld(ctx, s)
			})
		})
	})
}

// objectsScenario writes plain objects, many on one lease that nobody renews, as kube-apiserver does with events.
func objectsScenario(ctx context.Context, cli *etcdClient, prefix string, _ int) error {
	fmt.Println("ready")
	for batch := 0; ; batch++ {
		lease, err := cli.Grant(ctx, 60)
		if err != nil {
			return err
		}
		for i := 0; i < 20; i++ {
			key := fmt.Sprintf("%s/events/default/pod-%d.%x", prefix, i, 0x17a3c0de00000000+batch*100+i)
			if _, err := cli.Put(ctx, key, "an object", withLease(lease.ID)); err != nil {
				return err
			}
		}
		if err := sleep(ctx, time.Second); err != nil {
			return err
		}
	}
}
