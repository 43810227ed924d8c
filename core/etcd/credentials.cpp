#include "core/etcd/credentials.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "core/etcd/certificates.h"
#include "fmt/format.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace leasescope::etcd {
namespace {

absl::StatusOr<std::string> readFile(std::string_view what, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  std::getline(in, text, '\0');  // PEM is text; a buffer read directly would throw, of a folder for example
  if (!in.is_open() || in.bad()) {
    return absl::InvalidArgumentError(
        fmt::format("{} '{}' can't be read: {}", what, path, std::strerror(errno)));
  }
  if (text.find("-----BEGIN") == std::string::npos) {
    return absl::InvalidArgumentError(fmt::format("{} '{}' is not a PEM file", what, path));
  }
  return text;
}

struct Pem {
  std::string ca;
  std::string cert;
  std::string key;
};

absl::StatusOr<Pem> readAll(const TlsFiles& files) {
  Pem pem;
  if (files.certFile.empty() != files.keyFile.empty()) {
    return absl::InvalidArgumentError("--cert and --key go together: give both or none");
  }
  struct Wanted {
    std::string_view what;
    const std::string& path;
    std::string& into;
  };
  const Wanted all[] = {{"CA file", files.caFile, pem.ca},
                        {"certificate", files.certFile, pem.cert},
                        {"key", files.keyFile, pem.key}};
  for (const Wanted& wanted : all) {
    if (wanted.path.empty()) continue;
    absl::StatusOr<std::string> text = readFile(wanted.what, wanted.path);
    if (!text.ok()) return text.status();
    wanted.into = *std::move(text);
  }
  return pem;
}

// Certificates are replaced while a window is open: the files are looked at again so often.
constexpr unsigned int kLookAgainSeconds = 2;

absl::Status check(const TlsFiles& files, const Pem& pem) {
  if (!files.caFile.empty()) {
    if (absl::Status ca = checkAuthority(files.caFile, pem.ca); !ca.ok()) return ca;
  }
  if (files.certFile.empty()) return absl::OkStatus();
  return checkIdentity(files.certFile, pem.cert, files.keyFile, pem.key);
}

/// Without a CA file the system's roots are used; a file that is named is never replaced by them.
std::shared_ptr<grpc::ChannelCredentials> credentialsOf(const TlsFiles& files) {
  namespace tls = grpc::experimental;
  tls::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(!files.skipVerify);
  options.set_check_call_host(!files.skipVerify);
  if (files.skipVerify) {
    options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  } else {
    options.set_certificate_verifier(std::make_shared<tls::HostNameCertificateVerifier>());
  }
  const bool ownRoots = !files.skipVerify && !files.caFile.empty();
  if (ownRoots || !files.certFile.empty()) {
    options.set_certificate_provider(std::make_shared<tls::FileWatcherCertificateProvider>(
        files.keyFile, files.certFile, ownRoots ? files.caFile : "", kLookAgainSeconds));
  }
  if (ownRoots) options.watch_root_certs();
  if (!files.certFile.empty()) options.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(options);
}

}  // namespace

absl::Status checkFiles(const TlsFiles& files) {
  const absl::StatusOr<Pem> pem = readAll(files);
  return pem.ok() ? check(files, *pem) : pem.status();
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> makeCredentials(const Endpoint& endpoint,
                                                                          const TlsFiles& files) {
  if (!endpoint.tls) return grpc::InsecureChannelCredentials();
  if (absl::Status usable = checkFiles(files); !usable.ok()) return usable;
  if (!files.any()) return grpc::SslCredentials({});
  return credentialsOf(files);
}

}  // namespace leasescope::etcd
