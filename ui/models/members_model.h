#pragma once

#include <string>
#include <utility>

#include "core/monitor/monitor.h"
#include "ui/models/merged_rows.h"

namespace leasescope::ui {

/// A member's id; its endpoint as long as it has not said one.
using MemberKey = std::pair<std::uint64_t, std::string>;

/// The members of the cluster, as raw values.
class MembersModel : public MergedRows<MemberView, MemberKey> {
 public:
  enum Column {
    NameColumn,
    EndpointColumn,
    IdColumn,
    RoleColumn,  // 0 leader, 1 follower, 2 learner; invalid: did not answer
    VersionColumn,
    DatabaseColumn,
    InUseColumn,
    RaftTermColumn,
    ProblemColumn,
    ColumnCount
  };

  using MergedRows::MergedRows;

 protected:
  int columns() const override { return ColumnCount; }
  QVariant rawValue(const MemberView& member, int column) const override;
  MemberKey keyOf(const MemberView& member) const override;
  bool looksSame(const MemberView& a, const MemberView& b) const override;
};

}  // namespace leasescope::ui
