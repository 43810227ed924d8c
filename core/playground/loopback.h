#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace leasescope {

/// 127.0.0.1:port, for bind() and connect(); port 0: any that is free.
sockaddr_in loopbackAddress(std::uint16_t port);

/// Ports of 127.0.0.1 that were free a moment ago, all different. Nothing reserves them: who uses one must be
/// ready to find it taken.
absl::StatusOr<std::vector<std::uint16_t>> freeLoopbackPorts(int count);

/// One HTTP/1.0 exchange with 127.0.0.1:port: the whole answer with its headers. A GET if `body` is empty,
/// else a POST.
absl::StatusOr<std::string> httpOverLoopback(std::uint16_t port, std::string_view path, std::string_view body,
                                             absl::Duration timeout);

}  // namespace leasescope
