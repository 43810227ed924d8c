#include "core/etcd/watch_stream.h"

#include <utility>

#include "core/etcd/bidi_stream.h"
#include "core/etcd/convert.h"

namespace leasescope::etcd {
namespace pb = etcdserverpb;

namespace {

WatchFrame frameOf(pb::WatchResponse& response) {
  WatchFrame frame{.header = fromProto(response.header()),
                   .watchId = response.watch_id(),
                   .created = response.created(),
                   .canceled = response.canceled(),
                   .fragment = response.fragment(),
                   .compactRevision = response.compact_revision(),
                   .cancelReason = response.cancel_reason(),
                   .events = {}};
  frame.events.reserve(static_cast<std::size_t>(response.events_size()));
  for (pb::Event& event : *response.mutable_events()) frame.events.push_back(fromProto(std::move(event)));
  return frame;
}

pb::WatchRequest createRequest(const WatchTarget& target) {
  pb::WatchRequest request;
  pb::WatchCreateRequest& create = *request.mutable_create_request();
  create.set_key(target.range.key);
  create.set_range_end(target.range.end);
  create.set_start_revision(target.start);
  create.set_progress_notify(true);
  create.set_fragment(true);
  return request;
}

std::vector<Revision> startsOf(const std::vector<WatchTarget>& targets) {
  std::vector<Revision> starts;
  starts.reserve(targets.size());
  for (const WatchTarget& target : targets) starts.push_back(target.start);
  return starts;
}

}  // namespace

class WatchStream::Impl {
 public:
  Impl(Client& client, const std::vector<WatchTarget>& targets, WatchHandlers handlers)
      : handlers_(std::move(handlers)),
        identity_(client.transport().identity()),
        assembler_(startsOf(targets)),
        wanted_(targets.size()),
        stream_(
            client.transport(),
            [](const Route& route, grpc::ClientContext* context, Stream::Reactor* reactor) {
              route.watch->async()->Watch(context, reactor);
            },
            [this](pb::WatchResponse& response) { onRead(response); },
            [this](const grpc::Status& status) { onDone(status); }) {
    for (const WatchTarget& target : targets) stream_.write(createRequest(target));
  }

  const std::string& endpoint() const { return stream_.route().endpoint.address; }

 private:
  using Stream = BidiStream<pb::WatchRequest, pb::WatchResponse>;

  // Reads and onDone are serialized by gRPC, so the members below need no lock.
  void onRead(pb::WatchResponse& response) {
    if (ended_) return;
    absl::Status ours = identity_->check(response.header().cluster_id(), stream_.route().endpoint.address);
    if (!ours.ok()) {
      end({.status = std::move(ours), .target = {}, .compactRevision = 0});
      return;
    }
    WatchAssembler::Outcome outcome = assembler_.feed(frameOf(response));
    if (!ready_ && assembler_.created() == wanted_ && !outcome.end) {
      ready_ = true;
      if (handlers_.onReady) handlers_.onReady();
    }
    if (outcome.batch) handlers_.onBatch(*std::move(outcome.batch));
    if (outcome.end) end(*std::move(outcome.end));
  }

  void onDone(const grpc::Status& status) {
    if (ended_) return;
    absl::Status reason = fromGrpc(status, stream_.route().endpoint.address);
    if (reason.ok()) reason = absl::UnavailableError("the server closed the watch stream");
    end({.status = std::move(reason), .target = {}, .compactRevision = 0});
  }

  void end(WatchEnd end) {
    ended_ = true;
    handlers_.onEnd(std::move(end));
  }

  const WatchHandlers handlers_;
  const std::shared_ptr<ClusterIdentity> identity_;
  WatchAssembler assembler_;
  const std::size_t wanted_;
  bool ready_ = false;
  bool ended_ = false;
  Stream stream_;  // last: its destructor waits for the handlers above
};

WatchStream::WatchStream(Client& client, const std::vector<WatchTarget>& targets, WatchHandlers handlers)
    : impl_(std::make_unique<Impl>(client, targets, std::move(handlers))) {}

WatchStream::~WatchStream() = default;

const std::string& WatchStream::endpoint() const { return impl_->endpoint(); }

}  // namespace leasescope::etcd
