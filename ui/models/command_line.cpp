#include "ui/models/command_line.h"

#include <QRegularExpression>

namespace leasescope::ui {
namespace {

/// Until the next option, or the end.
const QString kValue = QStringLiteral(R"((?:(?!\s-).)+)");

QRegularExpression expression(const QString& pattern) {
  return QRegularExpression(
      pattern, QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
}

/// What stays is the first group.
const QList<QRegularExpression>& secrets() {
  static const QString kWord = QStringLiteral("(?:password|passwd|passphrase|secret|token|api-?key)");
  static const QList<QRegularExpression> kSecrets = {
      // --password X, --etcd-password=X
      expression(QStringLiteral(R"((--?[\w.-]*%1[\w.-]*(?:=|\s+)))").arg(kWord) + kValue),
      // --user NAME:X, -u NAME:X
      expression(QStringLiteral(R"((--?u(?:ser(?:name)?)?(?:=|\s+)[^\s:]*:))") + kValue),
      // PASSWORD=X, ETCD_TOKEN=X, {"password":"X"}
      expression(QStringLiteral(R"(((?<![\w-])[\w.]*%1\w*"?\s*[=:]\s*))").arg(kWord) + kValue),
      // scheme://NAME:X@host
      expression(QStringLiteral(R"((://[^\s/:@]*:)[^\s/]+(?=@))")),
  };
  return kSecrets;
}

}  // namespace

QString withoutPasswords(const QString& commandLine) {
  QString shown = commandLine;
  for (const QRegularExpression& secret : secrets()) shown.replace(secret, QStringLiteral("\\1•••"));
  return shown;
}

}  // namespace leasescope::ui
