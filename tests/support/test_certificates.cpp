#include "tests/support/test_certificates.h"

#include <fstream>
#include <stdexcept>

#include "tests/support/program.h"

namespace leasescope {

TestCertificates::TestCertificates() { makeAuthority("ca"); }

void TestCertificates::openssl(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "openssl");
  const ProgramResult result = runProgram(std::move(arguments));
  if (result.exitCode != 0) throw std::runtime_error("openssl: " + result.errors);
}

void TestCertificates::makeAuthority(const std::string& name) {
  openssl({"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key(name)});
  openssl(
      {"req", "-x509", "-new", "-key", key(name), "-subj", "/CN=" + name, "-days", "2", "-out", crt(name)});
}

void TestCertificates::make(const Request& request) {
  const std::string days = std::to_string(request.days);
  const std::string csr = file(request.name + ".csr");
  const std::string extensions = file(request.name + ".ext");
  std::ofstream(extensions) << "subjectAltName=" << request.alternatives << "\n";
  // Under another name first, so that whoever watches the files sees whole ones that fit.
  const std::string newKey = file("new.key");
  const std::string newCrt = file("new.crt");
  openssl({"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", newKey});
  openssl({"req", "-new", "-key", newKey, "-subj", "/CN=" + request.commonName, "-out", csr});
  std::vector<std::string> sign = {"x509", "-req",     "-in",      csr,    "-days",
                                   days,   "-extfile", extensions, "-out", newCrt};
  if (request.authority.empty()) {
    sign.insert(sign.end(), {"-signkey", newKey});
  } else {
    sign.insert(sign.end(),
                {"-CA", crt(request.authority), "-CAkey", key(request.authority), "-CAcreateserial"});
  }
  openssl(std::move(sign));
  std::filesystem::rename(newKey, key(request.name));
  std::filesystem::rename(newCrt, crt(request.name));
}

}  // namespace leasescope
