//go:build etcd35

package main

import (
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
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

var errSessionExpired = concurrency.ErrSessionExpired
