#include "core/etcd/credentials.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

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

std::shared_ptr<grpc::ChannelCredentials> unverified(const Pem& pem) {
  namespace tls = grpc::experimental;
  tls::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  if (!pem.cert.empty()) {
    const std::vector<tls::IdentityKeyCertPair> identity{{pem.key, pem.cert}};
    options.set_certificate_provider(std::make_shared<tls::StaticDataCertificateProvider>(identity));
    options.watch_identity_key_cert_pairs();
  }
  options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  return tls::TlsCredentials(options);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> makeCredentials(const Endpoint& endpoint,
                                                                          const TlsFiles& files) {
  if (!endpoint.tls) return grpc::InsecureChannelCredentials();
  absl::StatusOr<Pem> pem = readAll(files);
  if (!pem.ok()) return pem.status();
  if (files.skipVerify) return unverified(*pem);
  return grpc::SslCredentials(
      {.pem_root_certs = pem->ca, .pem_private_key = pem->key, .pem_cert_chain = pem->cert});
}

}  // namespace leasescope::etcd
