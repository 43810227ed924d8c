#pragma once

// Internal to core/etcd: what OpenSSL says of certificates and keys, before they are used.

#include <string>

#include <openssl/types.h>

#include "absl/status/status.h"

namespace leasescope::etcd {

/// A CA file must hold at least one certificate. Error: InvalidArgument that names the file.
absl::Status checkAuthority(const std::string& path, const std::string& pem);

/// A client's certificate and its key: both must be readable as such, fit each other, and not have expired.
/// Error: InvalidArgument that names the file and says what to do; nothing of the key is in it.
absl::Status checkIdentity(const std::string& certPath, const std::string& certPem,
                           const std::string& keyPath, const std::string& keyPem);

/// "2031-05-17", in UTC.
std::string dayOf(const ASN1_TIME* time);

}  // namespace leasescope::etcd
