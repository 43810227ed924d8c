//go:build !etcd35

package main

import (
	"errors"

	clientv3 "go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/concurrency"
)

type (
	etcdClient = clientv3.Client
	etcdConfig = clientv3.Config
	leaseID    = clientv3.LeaseID
	session    = concurrency.Session
	mutex      = concurrency.Mutex
)

var (
	newClient   = clientv3.New
	newSession  = concurrency.NewSession
	withTTL     = concurrency.WithTTL
	newMutex    = concurrency.NewMutex
	newElection = concurrency.NewElection
	opGet       = clientv3.OpGet
	withLease   = clientv3.WithLease
)

// errSessionExpired is never returned by this client: a waiter whose lease is gone believes that it holds the lock.
var errSessionExpired = errors.New("session expired")
