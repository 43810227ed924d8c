#include "core/etcd/tls_diagnosis.h"

#include <arpa/inet.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope::etcd {
namespace {

using Clock = std::chrono::steady_clock;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;

// In TLS 1.3 a server refuses a client's certificate only after the handshake.
constexpr auto kForARefusal = std::chrono::milliseconds(300);
constexpr unsigned int kNapMs = 10;

/// What the handshake showed of the server's certificate.
struct Seen {
  int error = X509_V_OK;  // the first
  std::string names;      // that it was made for
  std::string endsOn;
};

std::string hostOf(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

bool isAddress(const std::string& host) {
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), buffer) == 1 || inet_pton(AF_INET6, host.c_str(), buffer) == 1;
}

std::string nameText(const GENERAL_NAME& name) {
  if (name.type == GEN_DNS) {
    std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name.d.dNSName)),
                     static_cast<std::size_t>(ASN1_STRING_length(name.d.dNSName)));
    std::ranges::replace_if(
        text, [](char c) { return c <= ' ' || c > '~'; }, '?');  // a stranger wrote it
    return text;
  }
  if (name.type != GEN_IPADD) return {};
  const int length = ASN1_STRING_length(name.d.iPAddress);
  if (length != sizeof(in_addr) && length != sizeof(in6_addr)) return {};
  const int family = length == sizeof(in_addr) ? AF_INET : AF_INET6;
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, ASN1_STRING_get0_data(name.d.iPAddress), text, sizeof(text));
  return text;
}

std::string namesOf(X509* certificate) {
  std::vector<std::string> texts;
  auto* const names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    if (std::string text = nameText(*sk_GENERAL_NAME_value(names, i)); !text.empty()) {
      texts.push_back(std::move(text));
    }
  }
  GENERAL_NAMES_free(names);
  return texts.empty() ? "no name" : fmt::format("{}", fmt::join(texts, ", "));
}

std::string dateOf(const ASN1_TIME* time) {
  std::tm broken{};
  if (ASN1_TIME_to_tm(time, &broken) != 1) return "an unknown day";
  return fmt::format("{:04}-{:02}-{:02}", broken.tm_year + 1900, broken.tm_mon + 1, broken.tm_mday);
}

/// Goes on whatever is wrong, so that the rest of the handshake is seen, too.
int lookAt(int ok, X509_STORE_CTX* store) {
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const seen = static_cast<Seen*>(SSL_get_app_data(ssl));
  if (ok == 0 && seen->error == X509_V_OK) {
    seen->error = X509_STORE_CTX_get_error(store);
    seen->names = namesOf(X509_STORE_CTX_get0_cert(store));
    X509* const wrong = X509_STORE_CTX_get_current_cert(store);
    const bool early = seen->error == X509_V_ERR_CERT_NOT_YET_VALID;
    if (wrong) seen->endsOn = dateOf(early ? X509_get0_notBefore(wrong) : X509_get0_notAfter(wrong));
  }
  return 1;
}

std::string wordsFor(const Seen& seen, const std::string& host, bool ownAuthority) {
  const std::string_view authority = ownAuthority ? "the --cacert given" : "the system's authorities";
  switch (seen.error) {
    case X509_V_OK:
      return {};
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("the server's certificate expired on {}: it needs a new one", seen.endsOn);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("the server's certificate is valid from {} on only: look at the clocks",
                         seen.endsOn);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format(
          "the server's certificate is not for {} but for {}: use one of these in the endpoint", host,
          seen.names);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return fmt::format(
          "the server's certificate is signed by itself, not by {}: give it as --cacert if it is the "
          "right one",
          authority);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return fmt::format("the server's certificate does not come from {}: give the cluster's CA as --cacert",
                         authority);
    default:
      return fmt::format("the server's certificate is refused: {}",
                         X509_verify_cert_error_string(seen.error));
  }
}

/// What the last error of this thread means; empty: nothing that is known.
std::string wordsForAlert(bool ownCertificate) {
  const int reason = ERR_GET_REASON(ERR_peek_error());
  switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "the server asks for a client certificate: give --cert and --key";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return "the server says that our certificate has expired: ask for a new one";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return ownCertificate ? "the server does not take our certificate: use one that its authority signed"
                            : "the server asks for a client certificate: give --cert and --key";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return "the other side does not speak TLS: use http://";
    default:
      return {};
  }
}

/// OpenSSL writes to sockets that may be closed already, which would end this program.
class WithoutBrokenPipes {
 public:
  WithoutBrokenPipes() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutBrokenPipes() {
    constexpr timespec kNow{};
    if (sigismember(&before_, SIGPIPE) == 0) sigtimedwait(&pipe_, nullptr, &kNow);  // what came meanwhile
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutBrokenPipes(const WithoutBrokenPipes&) = delete;
  WithoutBrokenPipes& operator=(const WithoutBrokenPipes&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

class Handshake {
 public:
  Handshake(const Endpoint& endpoint, const TlsFiles& files, absl::Duration limit)
      : host_(hostOf(endpoint.address)),
        files_(files),
        until_(Clock::now() + absl::ToChronoMilliseconds(limit)),
        context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
        ssl_(nullptr, &SSL_free) {
    ERR_clear_error();
    BIO* const bio = BIO_new_connect(endpoint.address.c_str());
    BIO_set_nbio(bio, 1);
    connected_ = connectTo(bio);
    prepare(bio);
  }

  bool connected() const { return connected_; }

  /// True when both sides agreed; otherwise the thread's error queue may say why not.
  bool shake() {
    return repeat(until_, [this] { return SSL_do_handshake(ssl_.get()); }) == 1;
  }
  /// True when the server ended what it had agreed to.
  bool refusedAfterwards() {
    char byte = 0;
    const int got = repeat(Clock::now() + kForARefusal, [&] { return SSL_read(ssl_.get(), &byte, 1); });
    return got <= 0 && ERR_peek_error() != 0;
  }
  const Seen& seen() const { return seen_; }
  const std::string& host() const { return host_; }

 private:
  bool connectTo(BIO* bio) const {
    while (BIO_do_connect(bio) != 1) {
      if (!BIO_should_retry(bio) || Clock::now() >= until_) return false;
      BIO_wait(bio, std::time(nullptr) + 1, kNapMs);
    }
    return true;
  }

  void prepare(BIO* bio) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, &lookAt);
    if (files_.caFile.empty()) {
      SSL_CTX_set_default_verify_paths(context_.get());
    } else {
      SSL_CTX_load_verify_locations(context_.get(), files_.caFile.c_str(), nullptr);
    }
    if (!files_.certFile.empty()) {
      SSL_CTX_set_default_passwd_cb(context_.get(),
                                    [](char*, int, int, void*) { return -1; });  // nobody is asked
      SSL_CTX_use_certificate_chain_file(context_.get(), files_.certFile.c_str());
      SSL_CTX_use_PrivateKey_file(context_.get(), files_.keyFile.c_str(), SSL_FILETYPE_PEM);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_app_data(ssl_.get(), &seen_);
    if (isAddress(host_)) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host_.c_str());
    } else {
      SSL_set1_host(ssl_.get(), host_.c_str());
      SSL_set_tlsext_host_name(ssl_.get(), host_.c_str());
    }
    constexpr unsigned char kHttp2[] = {2, 'h', '2'};
    SSL_set_alpn_protos(ssl_.get(), kHttp2, sizeof(kHttp2));
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_connect_state(ssl_.get());
    ERR_clear_error();
  }

  template <class Step>
  int repeat(Clock::time_point until, Step step) {
    while (true) {
      const int result = step();
      if (result > 0) return result;
      const int error = SSL_get_error(ssl_.get(), result);
      const bool again = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
      if (!again || Clock::now() >= until) return result;
      BIO_wait(SSL_get_rbio(ssl_.get()), std::time(nullptr) + 1, kNapMs);
    }
  }

  const std::string host_;
  const TlsFiles files_;
  const Clock::time_point until_;
  const Context context_;
  Seen seen_;
  Connection ssl_;
  bool connected_ = false;
};

}  // namespace

std::string diagnoseTls(const Endpoint& endpoint, const TlsFiles& files, absl::Duration limit) {
  const WithoutBrokenPipes guard;
  Handshake handshake(endpoint, files, limit);
  if (!handshake.connected()) return {};
  const bool agreed = handshake.shake();
  if (!endpoint.tls) return agreed ? "the other side speaks TLS: use https:// (and --cacert)" : "";
  const bool trusted = files.skipVerify || handshake.seen().error == X509_V_OK;
  if (!trusted) return wordsFor(handshake.seen(), handshake.host(), !files.caFile.empty());
  if (agreed && !handshake.refusedAfterwards()) return {};
  if (std::string words = wordsForAlert(!files.certFile.empty()); !words.empty()) return words;
  return agreed ? "" : "the other side ended the TLS handshake: it may not speak TLS, try http://";
}

}  // namespace leasescope::etcd
