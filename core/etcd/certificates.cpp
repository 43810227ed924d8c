#include "core/etcd/certificates.h"

#include <ctime>
#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio readerOf(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all};
}

Certificate firstCertificate(const std::string& pem) {
  const Bio bio = readerOf(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
  ERR_clear_error();
  return certificate;
}

/// A key with a passphrase is not asked for one: nobody could answer.
Key privateKey(const std::string& pem) {
  const auto noPassphrase = [](char*, int, int, void*) { return -1; };
  const Bio bio = readerOf(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr), &EVP_PKEY_free);
  ERR_clear_error();
  return key;
}

absl::Status refuse(std::string_view what, const std::string& path, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("{} '{}' {}", what, path, why));
}

}  // namespace

std::string dayOf(const ASN1_TIME* time) {
  std::tm broken{};
  if (ASN1_TIME_to_tm(time, &broken) != 1) return "an unknown day";
  return fmt::format("{:04}-{:02}-{:02}", broken.tm_year + 1900, broken.tm_mon + 1, broken.tm_mday);
}

absl::Status checkAuthority(const std::string& path, const std::string& pem) {
  if (firstCertificate(pem)) return absl::OkStatus();
  return refuse("CA file", path, "holds no certificate that can be read");
}

absl::Status checkIdentity(const std::string& certPath, const std::string& certPem,
                           const std::string& keyPath, const std::string& keyPem) {
  const Certificate certificate = firstCertificate(certPem);
  if (!certificate) return refuse("certificate", certPath, "can't be read as a certificate");
  const Key key = privateKey(keyPem);
  if (!key) return refuse("key", keyPath, "can't be read as a private key without a passphrase");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return refuse("key", keyPath, fmt::format("does not belong to the certificate '{}'", certPath));
  }
  const ASN1_TIME* end = X509_get0_notAfter(certificate.get());
  if (X509_cmp_current_time(end) < 0) {
    return refuse("certificate", certPath, fmt::format("expired on {}: ask for a new one", dayOf(end)));
  }
  return absl::OkStatus();
}

}  // namespace leasescope::etcd
