#pragma once

#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace leasescope {

/// Certificates made with the `openssl` program, in a folder of their own. Throws std::runtime_error when
/// that fails. Files have names without an ending: "server" stands for server.crt and server.key.
class TestCertificates {
 public:
  /// Makes the authority "ca".
  TestCertificates();

  struct Request {
    std::string name;                                         // of the files
    std::string commonName = "test";                          // etcd takes it for the user's name
    std::string alternatives = "IP:127.0.0.1,DNS:localhost";  // what a server's certificate is for
    int days = 2;                                             // negative: it has expired
    std::string authority = "ca";                             // who signs; empty: itself
    int startsInDays = 0;                                     // more: it is not valid yet
  };
  void make(const Request& request);
  /// Another authority of this name; what the one before has signed is worth nothing any more.
  void makeAuthority(const std::string& name, int days = 2);

  std::string crt(const std::string& name) const { return folder_.file(name + ".crt"); }
  std::string key(const std::string& name) const { return folder_.file(name + ".key"); }
  std::string file(const std::string& name) const { return folder_.file(name); }

 private:
  void openssl(std::vector<std::string> arguments) const;
  void sign(const Request& request, const std::string& csr, const std::string& crt) const;
  void signForLater(const Request& request, const std::string& csr, const std::string& crt) const;

  TemporaryFolder folder_;
};

}  // namespace leasescope
