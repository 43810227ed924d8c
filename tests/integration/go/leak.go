package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// service is a server that locks for each request, leaky as it was found or fixed as it should be.
type service struct {
	cli      *etcdClient
	lock     string
	ttl      int
	timeout  time.Duration
	requests int
	parallel int

	mutex sync.Mutex // protects standard output, a line at a time
}

// outcome is one request's line of output; leases are hex strings, as everywhere.
type outcome struct {
	Request int    `json:"request"`
	Lease   string `json:"lease,omitempty"`
	Key     string `json:"key,omitempty"`
	Locked  bool   `json:"locked"`
	Error   string `json:"error,omitempty"`
}

func leakCommand() command {
	v := &service{}
	flags := newFlags("leak")
	flags.StringVar(&v.lock, "lock", "", "lock `name`")
	flags.IntVar(&v.requests, "requests", 1, "how many `requests` to serve")
	flags.IntVar(&v.parallel, "parallel", 1, "how many `requests` at the same time")
	flags.DurationVar(&v.timeout, "timeout", 5*time.Second, "time limit of each Lock")
	mode := flags.String("mode", "leaky", "`leaky` or fixed")
	pprof := flags.Bool("pprof", false, "serve net/http/pprof on a free port of loopback")
	ttl := ttlFlag(flags)
	return command{flags, func(ctx context.Context, cli *etcdClient) error {
		v.cli, v.ttl = cli, *ttl
		if *pprof {
			if err := servePprof(); err != nil {
				return err
			}
		}
		if v.parallel < 1 {
			fail(exitUsage, fmt.Errorf("--parallel is at least 1"))
		}
		switch *mode {
		case "leaky":
			return v.serve(ctx, v.leaky)
		case "fixed":
			return v.serve(ctx, v.fixed)
		}
		fail(exitUsage, fmt.Errorf("--mode is leaky or fixed, not %q", *mode))
		return nil
	}}
}

// serve lives on after the last request, as servers do: what leaked shows only while the process lives.
func (v *service) serve(ctx context.Context, handle func(context.Context, *outcome) error) error {
	numbers := make(chan int)
	var workers sync.WaitGroup
	for i := 0; i < v.parallel; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for n := range numbers {
				o := outcome{Request: n}
				if err := handle(ctx, &o); err != nil {
					o.Error = err.Error()
				}
				v.print(o)
			}
		}()
	}
	feed(ctx, numbers, v.requests)
	workers.Wait()
	if ctx.Err() == nil {
		fmt.Println("ready")
	}
	<-ctx.Done()
	return nil
}

func feed(ctx context.Context, numbers chan<- int, count int) {
	defer close(numbers)
	for n := 1; n <= count; n++ {
		select {
		case numbers <- n:
		case <-ctx.Done():
			return
		}
	}
}

// leaky makes all three mistakes: no Close, no Unlock, and the context's cancel dropped.
func (v *service) leaky(ctx context.Context, o *outcome) error {
	s, err := newSession(v.cli, withTTL(v.ttl))
	if err != nil {
		return err
	}
	o.Lease = fmt.Sprintf("%x", s.Lease())
	m := newMutex(s, v.lock)
	ctx, dropped := context.WithTimeout(ctx, v.timeout)
	_ = dropped
	if err := m.Lock(ctx); err != nil {
		return err
	}
	o.Locked, o.Key = true, m.Key()
	return v.work(ctx)
}

func (v *service) fixed(ctx context.Context, o *outcome) (err error) {
	s, err := newSession(v.cli, withTTL(v.ttl))
	if err != nil {
		return err
	}
	defer closeSession(s, &err)
	o.Lease = fmt.Sprintf("%x", s.Lease())
	m := newMutex(s, v.lock)
	ctx, cancel := context.WithTimeout(ctx, v.timeout)
	defer cancel()
	if err := m.Lock(ctx); err != nil {
		return err
	}
	defer func() { keepFirst(&err, unlock(m)) }()
	o.Locked, o.Key = true, m.Key()
	return v.work(ctx)
}

func (v *service) work(ctx context.Context) error {
	return sleep(ctx, time.Millisecond)
}

func (v *service) print(o outcome) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	json.NewEncoder(os.Stdout).Encode(o)
}
