#include "tests/support/test_certificates.h"

#include <fstream>
#include <stdexcept>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/support/program.h"

namespace leasescope {

TestCertificates::TestCertificates() { makeAuthority("ca"); }

void TestCertificates::openssl(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "openssl");
  const ProgramResult result = runProgram(std::move(arguments));
  if (result.exitCode != 0) throw std::runtime_error("openssl: " + result.errors);
}

void TestCertificates::makeAuthority(const std::string& name, int days) {
  openssl({"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key(name)});
  openssl({"req", "-new", "-key", key(name), "-subj", "/CN=" + name, "-out", file(name + ".csr")});
  std::ofstream(file(name + ".ext")) << "basicConstraints=critical,CA:TRUE\n";
  openssl({"x509", "-req", "-in", file(name + ".csr"), "-days", std::to_string(days), "-extfile",
           file(name + ".ext"), "-signkey", key(name), "-out", crt(name)});
}

/// Only `openssl ca` lets a certificate begin later.
void TestCertificates::signForLater(const Request& request, const std::string& csr,
                                    const std::string& crt) const {
  const auto day = [](int days) {
    return absl::FormatTime("%Y%m%d%H%M%SZ", absl::Now() + absl::Hours(24 * days), absl::UTCTimeZone());
  };
  std::ofstream(file("index")) << "";  // its list of what it signed: nothing yet
  std::ofstream(file("ca.conf")) << "[ca]\ndefault_ca=own\n[own]\npolicy=any\ndefault_md=sha256\ndatabase="
                                 << file("index") << "\nnew_certs_dir=" << folder_.path()
                                 << "\nrand_serial=yes\n[any]\ncommonName=supplied\n";
  openssl({"ca", "-batch", "-notext", "-config", file("ca.conf"), "-in", csr, "-out", crt, "-cert",
           this->crt(request.authority), "-keyfile", key(request.authority), "-extfile",
           file(request.name + ".ext"), "-startdate", day(request.startsInDays), "-enddate",
           day(request.startsInDays + request.days)});
}

void TestCertificates::make(const Request& request) {
  const std::string csr = file(request.name + ".csr");
  const std::string extensions = file(request.name + ".ext");
  std::ofstream(extensions) << (request.alternatives.empty() ? "" : "subjectAltName=") << request.alternatives
                            << "\n";
  // Under another name first, so that whoever watches the files sees whole ones that fit.
  const std::string newKey = file("new.key");
  const std::string newCrt = file("new.crt");
  openssl({"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", newKey});
  openssl({"req", "-new", "-key", newKey, "-subj", "/CN=" + request.commonName, "-out", csr});
  if (request.startsInDays > 0) {
    signForLater(request, csr, newCrt);
  } else {
    sign(request, csr, newCrt);
  }
  std::filesystem::rename(newKey, key(request.name));
  std::filesystem::rename(newCrt, crt(request.name));
}

void TestCertificates::sign(const Request& request, const std::string& csr, const std::string& crt) const {
  std::vector<std::string> command = {"x509",     "-req",
                                      "-in",      csr,
                                      "-days",    std::to_string(request.days),
                                      "-extfile", file(request.name + ".ext"),
                                      "-out",     crt};
  if (request.authority.empty()) {
    command.insert(command.end(), {"-signkey", file("new.key")});
  } else {
    command.insert(command.end(), {"-CA", this->crt(request.authority), "-CAkey", key(request.authority),
                                   "-CAcreateserial"});
  }
  openssl(std::move(command));
}

}  // namespace leasescope
