#include "core/diagnosis/wait_graph_dot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/picture/key_text.h"

namespace leasescope {
namespace {

using testing::HasSubstr;

WaitGraphPart oneWait(const std::string& lock) {
  return {.edges = {{.wait = {.waiter = 0x2e, .holder = 0x1f, .lock = lock, .key = lock + "/1f"}}}};
}

TEST(WaitGraphDot, writesNodesAndEdges) {
  EXPECT_EQ(toDot(oneWait("/jobs")),
            "digraph waits {\n"
            "  rankdir=BT;\n"
            "  node [shape=box, style=rounded, fontname=\"monospace\"];\n"
            "  \"1f\";\n"
            "  \"2e\";\n"
            "  \"2e\" -> \"1f\" [label=\"/jobs\"];\n"
            "}\n");
}

TEST(WaitGraphDot, marksCirclesRed) {
  WaitGraphPart part = oneWait("/jobs");
  part.edges[0].inCycle = Confidence::Proven;
  const std::string dot = toDot(part);
  EXPECT_THAT(dot, HasSubstr("\"1f\" [color=\"#b91c1c\""));
  EXPECT_THAT(dot, HasSubstr("[label=\"/jobs\", color=\"#b91c1c\""));
}

TEST(WaitGraphDot, drawsWhatJoinsASuspectedCircle) {
  WaitGraphPart part = oneWait("/jobs");
  part.edges[0].inCycle = Confidence::Suspected;
  part.joints = {{.has = 0x1f, .waits = 0x2e}};
  const std::string dot = toDot(part);
  EXPECT_THAT(dot, HasSubstr("\"1f\" [color=\"#b45309\""));
  EXPECT_THAT(dot, HasSubstr("[label=\"/jobs\", color=\"#b45309\""));
  EXPECT_THAT(dot, HasSubstr("\"1f\" -> \"2e\" [label=\"one thread\", style=dotted, dir=none"));
}

TEST(WaitGraphDot, saysWhoTheSessionsAre) {
  WaitGraphPart part = oneWait("/jobs");
  part.edges[0].inCycle = Confidence::Proven;
  const auto orders = std::make_shared<HolderIdentity>(HolderIdentity{.host = "web\"3", .service = "orders"});
  const std::string dot = toDot(part, {{0x1f, orders}});
  EXPECT_THAT(dot, HasSubstr("\"1f\" [label=\"1f\norders on web\\\"3\", color=\"#b91c1c\""));
  EXPECT_THAT(dot, HasSubstr("\"2e\" [color=")) << "says nothing";
}

TEST(WaitGraphDot, saysWhatIsLeftOut) {
  WaitGraphPart part = oneWait("/jobs");
  part.edgesLeftOut = 41;
  part.sessionsLeftOut = 40;
  part.tails = {{.behind = 0x2e, .lock = "/jobs", .waiters = 41}};
  const std::string dot = toDot(part);
  EXPECT_THAT(dot, HasSubstr("label=\"1 of 42 waits are drawn; 40 sessions are not\""));
  EXPECT_THAT(dot, HasSubstr("\"more 1\" [shape=plaintext, label=\"41 more wait\"];"));
  EXPECT_THAT(dot, HasSubstr("\"more 1\" -> \"2e\""));
}

TEST(WaitGraphDot, namesTheEmptyLockAndNegativeLeases) {
  WaitGraphPart part = oneWait("");
  part.edges[0].wait.waiter = -0x2e;
  EXPECT_THAT(toDot(part), HasSubstr("\"-2e\" -> \"1f\" [label=\"(empty name)\"]"));
}

TEST(WaitGraphDot, escapesWhatGraphvizWouldRead) {
  EXPECT_EQ(dotQuoted("a\"b"), R"("a\"b")");
  EXPECT_EQ(dotQuoted("a\\"), R"("a\\")") << "or the closing mark would be escaped";
  EXPECT_EQ(dotQuoted("\\N\\l"), R"("\\N\\l")") << "or it would be the node's name and a line break";
  EXPECT_EQ(dotQuoted("&lt;"), R"("&amp;lt;")");
  EXPECT_EQ(dotQuoted("<b>"), R"("<b>")");
}

TEST(WaitGraphDot, printsAnyBytes) {
  const std::string dot = toDot(oneWait(std::string("a\0b\n\xff\"ü", 8)));
  EXPECT_TRUE(isValidUtf8(dot));
  EXPECT_THAT(dot, HasSubstr(R"([label="a\\x00b\\x0a\\xff\"ü"])"));
}

TEST(WaitGraphDot, shortensLongNamesInTheMiddle) {
  EXPECT_EQ(shortened("abcdefg", 7), "abcdefg");
  EXPECT_EQ(shortened("abcdefgh", 7), "abc…fgh");
  EXPECT_EQ(shortened("äöüßäöüß", 4), "äö…ß");
  EXPECT_LT(toDot(oneWait(std::string(1'000'000, 'x'))).size(), 1'000U);
}

}  // namespace
}  // namespace leasescope
