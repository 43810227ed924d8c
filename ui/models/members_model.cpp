#include "ui/models/members_model.h"

#include <tuple>

namespace leasescope::ui {
namespace {

auto shownFields(const MemberView& member) {
  const etcd::MemberStatus& status = member.status;
  return std::tie(member.name, member.endpoint, member.id, member.leader, member.problem, status.version,
                  status.databaseBytes, status.databaseBytesInUse, status.raftTerm, status.learner,
                  status.errors);
}

int roleRank(const MemberView& member) {
  if (member.leader) return 0;
  return member.status.learner ? 2 : 1;
}

QVariant statusValue(const MemberView& member, int column) {
  switch (column) {
    case MembersModel::RoleColumn:
      return roleRank(member);
    case MembersModel::VersionColumn:
      return QString::fromStdString(member.status.version);
    case MembersModel::DatabaseColumn:
      return QVariant::fromValue<qint64>(member.status.databaseBytes);
    case MembersModel::InUseColumn:
      return QVariant::fromValue<qint64>(member.status.databaseBytesInUse);
    case MembersModel::RaftTermColumn:
      return QVariant::fromValue<quint64>(member.status.raftTerm);
    default:
      return {};
  }
}

/// Why the member did not answer, or what it complains about itself.
QString problems(const MemberView& member) {
  QStringList all;
  if (!member.problem.empty()) all.append(QString::fromStdString(member.problem));
  for (const std::string& error : member.status.errors) all.append(QString::fromStdString(error));
  return all.join(QStringLiteral("; "));
}

}  // namespace

QVariant MembersModel::rawValue(const MemberView& member, int column) const {
  switch (column) {
    case NameColumn:
      return QString::fromStdString(member.name);
    case EndpointColumn:
      return QString::fromStdString(member.endpoint);
    case IdColumn:
      return QVariant::fromValue<quint64>(member.id);
    case ProblemColumn:
      return problems(member);
    default:
      return member.problem.empty() ? statusValue(member, column) : QVariant();
  }
}

MemberKey MembersModel::keyOf(const MemberView& member) const {
  return {member.id, member.id == 0 ? member.endpoint : std::string()};
}

bool MembersModel::looksSame(const MemberView& a, const MemberView& b) const {
  return shownFields(a) == shownFields(b);
}

}  // namespace leasescope::ui
