#pragma once

// Internal to core/etcd: one bidirectional stream over gRPC's callback API.

#include <deque>
#include <functional>
#include <mutex>
#include <utility>

#include "absl/synchronization/notification.h"
#include "core/etcd/transport.h"
#include "grpcpp/grpcpp.h"

namespace leasescope::etcd {

/// One read and one write in flight; `onRead` in order, `onDone` exactly once and last; both on a
/// thread of gRPC, where nothing may block. The destructor cancels and waits for `onDone`, so it must not run
/// inside either of them.
template <class Request, class Response>
class BidiStream : private grpc::ClientBidiReactor<Request, Response> {
 public:
  using Reactor = grpc::ClientBidiReactor<Request, Response>;
  using Starter = std::function<void(const Route&, grpc::ClientContext*, Reactor*)>;
  using ReadHandler = std::function<void(Response&)>;
  using DoneHandler = std::function<void(const grpc::Status&)>;

  BidiStream(Transport& transport, const Starter& starter, ReadHandler onRead, DoneHandler onDone)
      : transport_(transport),
        route_(transport.current()),
        onRead_(std::move(onRead)),
        onDone_(std::move(onDone)) {
    transport_.prepare(*context_, absl::InfiniteDuration());
    // A member that is cut off from its quorum then ends the stream instead of going quiet
    // (etcd: api/v3rpc/interceptor.go newStreamInterceptor).
    context_->AddMetadata("hasleader", "true");
    if (!transport_.begin(context_)) context_->TryCancel();
    starter(route_, context_.get(), this);
    this->AddHold();  // for as long as writes may come from outside a reaction
    this->StartRead(&response_);
    this->StartCall();
  }

  ~BidiStream() override {
    context_->TryCancel();
    done_.WaitForNotification();
  }

  BidiStream(const BidiStream&) = delete;
  BidiStream& operator=(const BidiStream&) = delete;

  /// Any thread. Dropped without a word once the stream has ended; `onDone` tells.
  void write(Request request) {
    const Request* first = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (ended_) return;
      queue_.push_back(std::move(request));
      if (writing_) return;
      writing_ = true;
      this->AddHold();  // keeps the reactor alive until OnWriteDone
      first = &queue_.front();
    }
    this->StartWrite(first);
  }

  void cancel() { context_->TryCancel(); }
  const Route& route() const { return route_; }

 private:
  void OnReadDone(bool ok) override {
    if (ok) {
      onRead_(response_);
      this->StartRead(&response_);
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    this->RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    const Request* next = nullptr;
    {
      const std::lock_guard lock(mutex_);
      queue_.pop_front();
      if (ok && !ended_ && !queue_.empty()) next = &queue_.front();
      writing_ = next != nullptr;
    }
    if (next != nullptr) {
      this->StartWrite(next);
    } else {
      this->RemoveHold();
    }
  }

  void OnDone(const grpc::Status& status) override {
    transport_.noteFailure(route_, status);
    onDone_(status);
    transport_.finish(context_);
    done_.Notify();
  }

  Transport& transport_;
  const Route& route_;
  const ReadHandler onRead_;
  const DoneHandler onDone_;
  const std::shared_ptr<grpc::ClientContext> context_ = std::make_shared<grpc::ClientContext>();
  Response response_;

  std::mutex mutex_;           // guards the three below
  std::deque<Request> queue_;  // its front is what gRPC reads while writing_
  bool writing_ = false;
  bool ended_ = false;

  absl::Notification done_;
};

}  // namespace leasescope::etcd
