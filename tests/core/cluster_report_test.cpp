#include "core/monitor/cluster_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<LeaseDifference> kTwoLacksALease = {{.endpoint = "two", .lacking = {0x1f}}};

class ClusterReportTest : public testing::Test {
 protected:
  /// Two members, of which the one with this name leads; empty: none does.
  static std::shared_ptr<const ClusterView> ledBy(const std::string& name) {
    auto view = std::make_shared<ClusterView>();
    view->members = {{.id = 1, .name = "one", .leader = name == "one"},
                     {.id = 2, .name = "two", .leader = name == "two"}};
    return view;
  }
  std::vector<std::string> news() {
    std::vector<std::string> texts;
    const auto notices = log_.takeIfChanged();
    if (!notices) return texts;
    for (std::size_t i = told_; i < notices->size(); ++i) texts.push_back((*notices)[i].text);
    told_ = notices->size();
    return texts;
  }

  NoticeLog log_;
  ClusterReport report_{log_};
  std::size_t told_ = 0;
};

TEST_F(ClusterReportTest, isNothingBeforeTheFirstSurvey) {
  report_.leasesCompared(kTwoLacksALease);
  EXPECT_EQ(report_.take(), nullptr);
}

TEST_F(ClusterReportTest, notesChangesOfTheLeaderButNotTheFirst) {
  report_.surveyed(ledBy("one"));
  EXPECT_THAT(news(), IsEmpty());
  report_.surveyed(ledBy("one"));
  EXPECT_THAT(news(), IsEmpty());
  report_.surveyed(ledBy("two"));
  EXPECT_THAT(news(), ElementsAre("two leads now instead of one, raft term 0"));
  report_.surveyed(ledBy(""));
  EXPECT_THAT(news(), ElementsAre("no member that answers is the leader"));
}

TEST_F(ClusterReportTest, addsWhatWasFoundOutToWhatMembersSay) {
  report_.surveyed(ledBy("one"));
  report_.leasesCompared(kTwoLacksALease);
  report_.leasesListed(absl::PermissionDeniedError("denied"));
  const HistoryBreak restored{.seen = 9, .reached = 5, .at = at(0)};
  report_.restored(restored);
  EXPECT_TRUE(report_.changed());
  const auto whole = report_.take();
  EXPECT_THAT(whole->problems, ElementsAre("leases without keys are not shown: denied",
                                           "two does not list 1 lease that the leader knows, 1f for example",
                                           "the " + toText(restored)));
  EXPECT_EQ(whole->restored, restored);
  EXPECT_THAT(whole->alarms, IsEmpty());
  EXPECT_FALSE(report_.changed());
  EXPECT_EQ(report_.take(), whole);
}

TEST_F(ClusterReportTest, saysOfEachMemberWhatItListsAndWhatNot) {
  report_.surveyed(ledBy("one"));
  const std::vector<LeaseDifference> differences = {
      {.endpoint = "one", .ghosts = {0x1f, 0x2e}},
      {.endpoint = "two", .ghosts = {0x3d}, .lacking = {0x4c, 0x5b}, .atLeast = true}};
  report_.leasesCompared(differences);
  const auto whole = report_.take();
  EXPECT_THAT(whole->problems,
              ElementsAre("one lists 2 leases that the leader does not know, 1f for example",
                          "two lists at least 1 lease that the leader does not know, 3d for example",
                          "two does not list at least 2 leases that the leader knows, 4c for example"));
  EXPECT_EQ(whole->leaseDifferences, differences);
}

TEST_F(ClusterReportTest, forgetsWhatIsNoProblemAnyMoreAndRepeatsNoNotice) {
  report_.surveyed(ledBy("one"));
  report_.leasesCompared(kTwoLacksALease);
  report_.leasesListed(absl::PermissionDeniedError("denied"));
  report_.take();
  EXPECT_THAT(news(), ElementsAre("two does not list 1 lease that the leader knows, 1f for example"));
  report_.leasesCompared(kTwoLacksALease);
  report_.leasesListed(absl::PermissionDeniedError("denied"));
  EXPECT_FALSE(report_.changed());
  report_.leasesCompared({});
  report_.leasesListed(absl::OkStatus());
  EXPECT_THAT(report_.take()->problems, IsEmpty());
  EXPECT_THAT(news(), IsEmpty());
}

}  // namespace
}  // namespace leasescope
