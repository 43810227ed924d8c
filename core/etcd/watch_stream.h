#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/etcd/client.h"
#include "core/etcd/watch_assembler.h"

namespace leasescope::etcd {

struct WatchTarget {
  KeyRange range;
  Revision start = 0;  // the first revision wanted; never 0
};

struct WatchHandlers {
  /// Every target's watch has been accepted by the server.
  std::function<void()> onReady;
  std::function<void(WatchBatch)> onBatch;
  /// Once, and nothing after it; not called when the stream is destroyed before.
  std::function<void(WatchEnd)> onEnd;
};

/// One stream that watches several ranges at the endpoint in use. It does not reconnect by itself: after
/// onEnd the owner opens a new one that starts behind the last revision it has applied.
///
/// The handlers run on threads of gRPC, one at a time, and must not block or destroy the stream. No handler
/// runs after the destructor has returned.
class WatchStream {
 public:
  WatchStream(Client& client, const std::vector<WatchTarget>& targets, WatchHandlers handlers);
  ~WatchStream();
  WatchStream(const WatchStream&) = delete;
  WatchStream& operator=(const WatchStream&) = delete;

  /// Where it watches; stays the same for the stream's life.
  const std::string& endpoint() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leasescope::etcd
