#include "core/etcd/tls_diagnosis.h"

#include <arpa/inet.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <string_view>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "core/etcd/certificates.h"
#include "core/etcd/credentials.h"
#include "core/etcd/errors.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope::etcd {
namespace {

using Clock = std::chrono::steady_clock;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;

// In TLS 1.3 a server refuses a client's certificate only after the handshake.
constexpr auto kForARefusal = std::chrono::milliseconds(300);
constexpr int kNapMs = 10;
// More names than these do not help in one line.
constexpr std::size_t kMostNames = 6;
constexpr std::size_t kLongestName = 253;  // of a host, by RFC 1035

/// What the handshake showed of the server's certificate.
struct Seen {
  bool any = false;
  int error = X509_V_OK;     // the first
  bool ofAuthority = false;  // the error is that of a certificate above the server's
  std::string names;         // that it was made for
  std::string date;          // from which, or until which, the wrong one is valid
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

/// Whoever is at the other side chose these bytes, and they end up on terminals.
std::string harmless(std::string text) {
  if (text.size() > kLongestName) text.resize(kLongestName);
  std::ranges::replace_if(
      text, [](unsigned char c) { return c <= ' ' || c > '~'; }, '?');
  return text;
}

std::string textOf(const ASN1_STRING* string) {
  return harmless({reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
                   static_cast<std::size_t>(ASN1_STRING_length(string))});
}

std::string nameText(const GENERAL_NAME& name) {
  if (name.type == GEN_DNS) return textOf(name.d.dNSName);
  if (name.type != GEN_IPADD) return {};
  const int bytes = ASN1_STRING_length(name.d.iPAddress);
  if (bytes != sizeof(in_addr) && bytes != sizeof(in6_addr)) return {};
  const int family = bytes == sizeof(in_addr) ? AF_INET : AF_INET6;
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, ASN1_STRING_get0_data(name.d.iPAddress), text, sizeof(text));
  return text;
}

std::string commonNameOf(const X509* certificate) {
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  return at < 0 ? std::string() : textOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

/// The common name counts only where there is no other, as for gRPC and OpenSSL.
std::string namesOf(const X509* certificate) {
  std::vector<std::string> texts;
  auto* const names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    if (std::string text = nameText(*sk_GENERAL_NAME_value(names, i)); !text.empty()) {
      texts.push_back(std::move(text));
    }
  }
  GENERAL_NAMES_free(names);
  if (texts.empty()) return commonNameOf(certificate);
  const std::size_t shown = std::min(texts.size(), kMostNames);
  const std::size_t left = texts.size() - shown;
  texts.resize(shown);
  return fmt::format("{}{}", fmt::join(texts, ", "), left > 0 ? fmt::format(" and {} more", left) : "");
}

/// Goes on whatever is wrong, so that the rest of the handshake is seen, too.
int lookAt(int ok, X509_STORE_CTX* store) {
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const seen = static_cast<Seen*>(SSL_get_app_data(ssl));
  seen->any = true;
  if (ok == 0 && seen->error == X509_V_OK) {
    seen->error = X509_STORE_CTX_get_error(store);
    seen->names = namesOf(X509_STORE_CTX_get0_cert(store));
    seen->ofAuthority = X509_STORE_CTX_get_error_depth(store) > 0;
    const X509* const wrong = X509_STORE_CTX_get_current_cert(store);
    const bool early = seen->error == X509_V_ERR_CERT_NOT_YET_VALID;
    if (wrong) seen->date = dayOf(early ? X509_get0_notBefore(wrong) : X509_get0_notAfter(wrong));
  }
  return 1;
}

std::string wordsFor(const Seen& seen, const std::string& host, bool ownAuthority) {
  const std::string_view authority = ownAuthority ? "the --cacert given" : "the system's authorities";
  const std::string_view whose =
      seen.ofAuthority ? "the certificate of the server's authority" : "the server's certificate";
  switch (seen.error) {
    case X509_V_OK:
      return {};
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("{} expired on {}: it needs a new one", whose, seen.date);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("{} is valid from {} on only: look at the clocks", whose, seen.date);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      if (seen.names.empty()) {
        return fmt::format("the server's certificate names no host: it needs one that names {}", host);
      }
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

/// What the first error of this thread means; empty: nothing that is known.
std::string wordsForAlert(bool askedForOurs, bool ownCertificate) {
  const unsigned long error = ERR_peek_error();
  switch (ERR_GET_REASON(error)) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "the server asks for a client certificate: give --cert and --key";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return "the server says that our certificate has expired: ask for a new one";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      if (!askedForOurs) break;
      return ownCertificate ? "the server does not take our certificate: use one that its authority signed"
                            : "the server asks for a client certificate: give --cert and --key";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return std::string(kSpeaksNoTls);
    default:
      break;
  }
  if (ERR_GET_LIB(error) != ERR_LIB_SSL || ERR_GET_REASON(error) < SSL_AD_REASON_OFFSET) return {};
  // By its number: the server chose it, and OpenSSL has no words for some.
  return fmt::format("the server refuses the TLS handshake with alert {}: look into its log",
                     ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET);
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
  Handshake(const Endpoint& endpoint, const TlsFiles& files, Clock::time_point until,
            const std::function<bool()>& stop)
      : host_(hostOf(endpoint.address)),
        files_(files),
        stop_(stop),
        until_(until),
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
    const int got =
        repeat(std::min(until_, Clock::now() + kForARefusal), [&] { return SSL_read(ssl_.get(), &byte, 1); });
    return got <= 0 && ERR_peek_error() != 0;
  }
  const Seen& seen() const { return seen_; }
  bool trusted() const { return files_.skipVerify || seen_.error == X509_V_OK; }
  bool askedForOurs() const { return asked_; }
  /// The other side did not go on in time.
  bool hangs() const { return hangs_; }
  const std::string& host() const { return host_; }

 private:
  bool connectTo(BIO* bio) const {
    while (BIO_do_connect(bio) != 1) {
      if (!BIO_should_retry(bio) || Clock::now() >= until_ || stop_()) return false;
      waitFor(bio, POLLOUT);
    }
    return true;
  }

  /// BIO_wait() counts in whole seconds.
  static void waitFor(BIO* bio, short event) {
    pollfd socket{.fd = static_cast<int>(BIO_get_fd(bio, nullptr)), .events = event, .revents = 0};
    ::poll(&socket, 1, kNapMs);
  }

  /// The server asks for our certificate. One that is not trusted does not get to see it.
  static int show(SSL* ssl, void* self) {
    auto& handshake = *static_cast<Handshake*>(self);
    handshake.asked_ = true;
    if (!handshake.files_.certFile.empty() && handshake.trusted()) {
      SSL_use_certificate_chain_file(ssl, handshake.files_.certFile.c_str());
      SSL_use_PrivateKey_file(ssl, handshake.files_.keyFile.c_str(), SSL_FILETYPE_PEM);
      ERR_clear_error();  // the server's answer tells what is wrong with them
    }
    return 1;
  }

  void prepare(BIO* bio) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, &lookAt);
    if (files_.caFile.empty()) {
      SSL_CTX_set_default_verify_paths(context_.get());
    } else {
      SSL_CTX_load_verify_locations(context_.get(), files_.caFile.c_str(), nullptr);
    }
    SSL_CTX_set_default_passwd_cb(context_.get(),
                                  [](char*, int, int, void*) { return -1; });  // nobody is asked
    SSL_CTX_set_cert_cb(context_.get(), &show, this);
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
      hangs_ = again && Clock::now() >= until;
      if (!again || hangs_ || stop_()) return result;
      waitFor(SSL_get_rbio(ssl_.get()), error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
    }
  }

  const std::string host_;
  const TlsFiles files_;
  const std::function<bool()>& stop_;
  const Clock::time_point until_;
  const Context context_;
  Seen seen_;
  Connection ssl_;
  bool connected_ = false;
  bool asked_ = false;
  bool hangs_ = false;
};

}  // namespace

std::optional<std::string> diagnoseTls(const Endpoint& endpoint, const TlsFiles& files,
                                       Clock::time_point until, const std::function<bool()>& stop) {
  const WithoutBrokenPipes guard;
  const Clock::time_point start = Clock::now();
  Handshake handshake(endpoint, files, until, stop);
  if (!handshake.connected()) return "";
  if (endpoint.tls) {
    // They were fine when the client was made, but may have been replaced since.
    if (const absl::Status usable = checkFiles(files); !usable.ok()) return std::string(usable.message());
  }
  const bool agreed = handshake.shake();
  if (stop()) return std::nullopt;
  if (!endpoint.tls) {
    return agreed || handshake.seen().any ? "the other side speaks TLS: use https:// (and --cacert)" : "";
  }
  if (!handshake.trusted()) return wordsFor(handshake.seen(), handshake.host(), !files.caFile.empty());
  if (handshake.hangs()) {
    return fmt::format(
        "the other side takes the connection but did not answer the TLS handshake within {} ms: see whether "
        "the server hangs or the line is slow",
        std::chrono::round<std::chrono::milliseconds>(Clock::now() - start).count());
  }
  if (agreed && !handshake.refusedAfterwards()) return "";
  std::string words = wordsForAlert(handshake.askedForOurs(), !files.certFile.empty());
  if (!words.empty() || agreed) return words;
  return "the other side ended the TLS handshake: it may not speak TLS, try http://";
}

}  // namespace leasescope::etcd
