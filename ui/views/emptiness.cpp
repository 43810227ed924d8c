#include "ui/views/emptiness.h"

#include <QCoreApplication>

#include "ui/models/filter_expression.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::Emptiness)
};

Emptiness connecting(const Health& health) {
  const QString endpoint = QString::fromStdString(health.endpoint);
  const QString reason = QString::fromStdString(health.reason);
  const QString title =
      endpoint.isEmpty() ? Words::tr("Connecting…") : Words::tr("Connecting to %1…").arg(endpoint);
  if (reason.isEmpty()) return {QStringLiteral("connection"), title, Words::tr("Nothing is known yet."), {}};
  return {QStringLiteral("warning"), title,
          Words::tr("No success so far: %1. It is tried again and again.").arg(reason),
          EmptyState::Offer::None};
}

Emptiness denied(const Health& health) {
  return {QStringLiteral("warning"), Words::tr("etcd refuses to tell"),
          Words::tr("%1. Connect as another user, or watch a prefix that this one may read.")
              .arg(QString::fromStdString(health.reason)),
          EmptyState::Offer::Retry};
}

}  // namespace

std::optional<Emptiness> emptiness(const ShownPicture& picture, bool connected, int rows, int rowsThatMatch,
                                   const NoneThere& none) {
  if (rowsThatMatch > 0) return std::nullopt;
  if (!connected) {
    return Emptiness{QStringLiteral("connection"), Words::tr("No cluster is connected"),
                     Words::tr("Connect to an etcd, or start a private one to try things out."),
                     EmptyState::Offer::Connect};
  }
  if (picture.health().state == Health::State::Denied) return denied(picture.health());
  if (!picture.ready()) return connecting(picture.health());
  if (rows == 0 && picture.health().state == Health::State::Stale) {
    return Emptiness{QStringLiteral("warning"), Words::tr("%1 — when it was last seen").arg(none.title),
                     Words::tr("Whether that is still so is not known: %1.")
                         .arg(QString::fromStdString(picture.health().reason)),
                     EmptyState::Offer::None};
  }
  if (rows == 0) return Emptiness{none.icon, none.title, none.text, EmptyState::Offer::None};
  return Emptiness{QStringLiteral("filter"), Words::tr("Nothing matches the filter"),
                   Words::tr("Words are looked for in names and ids; conditions read like “%1”.")
                       .arg(FilterExpression::examples()),
                   EmptyState::Offer::ClearFilter};
}

}  // namespace leasescope::ui
