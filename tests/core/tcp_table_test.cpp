#include "core/probe/tcp_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

IpAddress address(const char* text) {
  const auto parsed = parseIpAddress(text);
  if (!parsed) throw std::runtime_error(text);
  return *parsed;
}

TEST(TcpTable, readsEstablishedConnectionsOfBothFamilies) {
  EXPECT_THAT(
      establishedIn(
          "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
          "   4: 0100007F:A58B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
          "5361652 1\n"
          " 329: 0100007F:A58B 0700000A:8780 01 00000000:00000000 02:00000A27 00000000  1000        0 "
          "5362186 2\n"),
      ElementsAre(TcpConnection{address("10.0.0.7"), 0x8780, 5362186}));
  EXPECT_THAT(
      establishedIn("   0: 0000000000000000FFFF00000100007F:E03E 0000000000000000FFFF00000100007F:8B1B 01 "
                    "0000002B:00000000 01:00000010 00000000     0        0 5708446 3 0000000067283227\n"
                    "   1: 00000000000000000000000001000000:E058 000080FE000000000000000001000000:094B 01 "
                    "0000001E:00000000 01:00000014 00000000     0        0 5708673 3 000000006a8e6c42"),
      ElementsAre(TcpConnection{address("127.0.0.1"), 0x8b1b, 5708446},
                  TcpConnection{address("fe80::1"), 2379, 5708673}));
}

TEST(TcpTable, passesOverWhatItDoesNotUnderstand) {
  for (const char* line :
       {"", "\n\n", "1: 2 3 01", "1: 0100007F:A58B 0100007F 01 0 0 0 0 0 7 1",
        "1: 0100007F:A58B 0100007F:XX 01 0 0 0 0 0 7 1", "1: 0100007F:A58B 01000:0001 01 0 0 0 0 0 7 1",
        "1: 0100007F:A58B 0100007F:0001 01 0 0 0 0 0 x 1"}) {
    EXPECT_THAT(establishedIn(line), IsEmpty()) << line;
  }
}

TEST(TcpTable, readsAddresses) {
  EXPECT_EQ(address("127.0.0.1"), address("::ffff:127.0.0.1"));
  EXPECT_EQ(address("fe80::1%eth0"), address("fe80::1"));
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.4:5", "[::1]", "::g"}) {
    EXPECT_FALSE(parseIpAddress(text).has_value()) << text;
  }
  for (const char* text : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(isLoopback(address(text))) << text;
  }
  for (const char* text : {"128.0.0.1", "::", "::2", "7f00::1"})
    EXPECT_FALSE(isLoopback(address(text))) << text;
}

}  // namespace
}  // namespace leasescope
