#include "core/etcd/lease_id.h"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace leasescope::etcd {
namespace {

constexpr LeaseId kLeast = std::numeric_limits<LeaseId>::min();
constexpr LeaseId kMost = std::numeric_limits<LeaseId>::max();

std::string reasonAgainst(std::string_view text) {
  const auto id = parseLeaseId(text);
  return id.ok() ? "accepted as " + leaseHex(*id) : std::string(id.status().message());
}

TEST(LeaseIdText, isWrittenAsGoWritesIt) {
  EXPECT_EQ(leaseHex(0x694d8257011d2a11), "694d8257011d2a11");
  EXPECT_EQ(leaseHex(0x1f), "1f");
  EXPECT_EQ(leaseHex(kNoLease), "0");
  EXPECT_EQ(leaseHex(-0x1f), "-1f");
  EXPECT_EQ(leaseHex(kMost), "7fffffffffffffff");
  EXPECT_EQ(leaseHex(kLeast), "-8000000000000000");
}

TEST(LeaseIdText, isReadFromAKeyOnlyAsGoWouldHaveWrittenIt) {
  EXPECT_EQ(leaseFromCanonicalHex("694d8257011d2a11"), 0x694d8257011d2a11);
  EXPECT_EQ(leaseFromCanonicalHex("-1f"), -0x1f);
  EXPECT_EQ(leaseFromCanonicalHex("-8000000000000000"), kLeast);
  for (const char* other : {"", "-", "0", "-0", "01f", "1F", "0x1f", " 1f", "1f ", "+1f", "--1f", "1g",
                            "1f/2e", "8000000000000000", "-8000000000000001", "11112222333344445"}) {
    EXPECT_EQ(leaseFromCanonicalHex(other), std::nullopt) << other;
  }
  EXPECT_EQ(leaseFromCanonicalHex(std::string_view("1f\0", 3)), std::nullopt);
}

RC_GTEST_PROP(LeaseIdText, ofAnyLeaseIsReadBackFromAKeyAndFromAPerson, (LeaseId id)) {
  RC_PRE(id != kNoLease);
  RC_ASSERT(leaseFromCanonicalHex(leaseHex(id)) == id);
  const auto typed = parseLeaseId(leaseHex(id));
  RC_ASSERT(typed.ok() && *typed == id);
}

TEST(TypedLeaseId, isHexadecimalAsEtcdctlPrintsIt) {
  EXPECT_EQ(*parseLeaseId("694d8257011d2a11"), 0x694d8257011d2a11);
  EXPECT_EQ(*parseLeaseId("000000000000001f"), 0x1f);
  EXPECT_EQ(*parseLeaseId("1234567890123456"), 0x1234567890123456);  // 16 digits are not decimal
  EXPECT_EQ(*parseLeaseId("-1f"), -0x1f);
}

TEST(TypedLeaseId, mayHaveCapitalsAPrefixAndSpaceAround) {
  EXPECT_EQ(*parseLeaseId(" \t694D8257011D2A11\r\n"), 0x694d8257011d2a11);
  EXPECT_EQ(*parseLeaseId("0X1f"), 0x1f);
  EXPECT_EQ(*parseLeaseId("-0x1f"), -0x1f);
  EXPECT_EQ(*parseLeaseId("0x000000000000000000001f"), 0x1f);
}

TEST(TypedLeaseId, isDecimalWhenItIsTooLongForHexadecimal) {
  EXPECT_EQ(*parseLeaseId("7587870236462656017"), 7587870236462656017);
  EXPECT_EQ(*parseLeaseId("12345678901234567"), 12345678901234567);
  EXPECT_EQ(*parseLeaseId("-9223372036854775807"), -kMost);
}

TEST(TypedLeaseId, coversTheWholeRange) {
  EXPECT_EQ(*parseLeaseId("7fffffffffffffff"), kMost);
  EXPECT_EQ(*parseLeaseId("-8000000000000000"), kLeast);
  EXPECT_EQ(*parseLeaseId("9223372036854775807"), kMost);
}

TEST(TypedLeaseId, F33_isRefusedWithTheReason) {
  EXPECT_EQ(reasonAgainst(""), "'' is not a lease id: it is empty");
  EXPECT_EQ(reasonAgainst("  "), "'  ' is not a lease id: it is empty");
  const std::string expected = ": expected hexadecimal digits as etcdctl prints them, or a decimal number";
  EXPECT_EQ(reasonAgainst("jobs/1f"), "'jobs/1f' is not a lease id" + expected);
  EXPECT_EQ(reasonAgainst("-"), "'-' is not a lease id" + expected);
  EXPECT_EQ(reasonAgainst("0x"), "'0x' is not a lease id" + expected);
  EXPECT_EQ(reasonAgainst("1 f"), "'1 f' is not a lease id" + expected);
  EXPECT_EQ(reasonAgainst("694d8257011d2a11f"),
            "'694d8257011d2a11f' is not a lease id: more than 16 hexadecimal digits");
  EXPECT_EQ(reasonAgainst("8000000000000000"),
            "'8000000000000000' is not a lease id: it does not fit 63 bits");
  EXPECT_EQ(reasonAgainst("-8000000000000001"),
            "'-8000000000000001' is not a lease id: it does not fit 63 bits");
  EXPECT_EQ(reasonAgainst("9223372036854775808"),
            "'9223372036854775808' is not a lease id: it does not fit 63 bits");
  EXPECT_EQ(reasonAgainst("99999999999999999999999"),
            "'99999999999999999999999' is not a lease id: it does not fit 63 bits");
  EXPECT_EQ(reasonAgainst("0"), "'0' is not a lease id: 0 stands for 'no lease'");
  EXPECT_TRUE(absl::IsInvalidArgument(parseLeaseId("x").status()));
}

}  // namespace
}  // namespace leasescope::etcd
