#include "ui/dialogs/revoke_words.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/models/format.h"
#include "ui/models/lease_words.h"

namespace leasescope::ui {
namespace {

using Effect = RevokePreview::LockEffect;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::RevokeWords)
};

bool has(const RevokePreview& preview, Effect::Role role) {
  return std::ranges::any_of(preview.locks, [&](const Effect& effect) { return effect.role == role; });
}

QString holderAfter(const Effect& effect) {
  if (!effect.nextHolder) return Words::tr("nobody holds it then");
  const QString who =
      effect.nextHolder->hasLease()
          ? Words::tr("lease %1").arg(withWho(leaseText(effect.nextHolder->lease), effect.nextIdentity.get()))
          : keyText(effect.nextHolder->key, 80);
  return effect.staysHolder ? Words::tr("%1 goes on holding it").arg(who)
                            : Words::tr("next holder: %1").arg(who);
}

QString roleText(Effect::Role role) {
  if (role == Effect::Role::Holder) return Words::tr("holds it now");
  if (role == Effect::Role::Waiter) return Words::tr("waits for it");
  return Words::tr("is in no queue of it, but in its way");
}

QString effectLine(const Effect& effect) {
  const QString name = effect.lock.empty() ? Words::tr("(empty name)") : keyText(effect.lock, 120);
  const QString role = roleText(effect.role);
  const QString after = holderAfter(effect);
  if (name.size() + role.size() + after.size() < kCharactersOnALine) {
    return QStringLiteral("%1 — %2; %3").arg(name, role, after);
  }
  return QStringLiteral("%1\n    — %2\n    — %3").arg(name, role, after);
}

}  // namespace

bool needsTyping(const RevokePreview& preview) { return preview.keys.size() > kKeysToTypeFor; }

QString revokeLead(const RevokePreview& preview) {
  const QString ttl = ttlText(preview.remaining, preview.granted);
  QString what = preview.keys.empty()
                     ? Words::tr("No key is attached to it, so nothing else vanishes. TTL left: %1.").arg(ttl)
                     : Words::tr("Revoking it removes %1 at once and cannot be undone. TTL left: %2.")
                           .arg(keyCountText(static_cast<qint64>(preview.keys.size())), ttl);
  if (preview.identity == nullptr) return what;
  return Words::tr("%1 It is that of %2.")
      .arg(what, QString::fromStdString(identityText(preview.identity.get())));
}

QStringList revokeEffects(const RevokePreview& preview) {
  QStringList lines;
  for (const Effect& effect : preview.locks) lines << effectLine(effect);
  for (const std::string& key : preview.otherKeys) {
    const QString what = isIdentityKeyOf(key, preview.lease) ? Words::tr("%1 — says whose lease it is")
                                                             : Words::tr("%1 — in no lock's queue");
    lines << what.arg(keyText(key, 120));
  }
  return lines;
}

QStringList revokeWarnings(const RevokePreview& preview) {
  QStringList warnings;
  if (has(preview, Effect::Role::Holder)) {
    warnings << Words::tr(
                    "The holder does not notice at once: it may go on working for up to %1, until its next "
                    "renewal. Whoever gets the lock next works beside it.")
                    .arg(durationText(preview.granted / 3));
  }
  if (has(preview, Effect::Role::Waiter)) {
    warnings << Words::tr(
        "It waits in a queue. An etcd client older than 3.5 that loses its key while waiting may "
        "believe that it holds the lock.");
  }
  if (preview.unseen.locks > 0) {
    const QString names = preview.unseen.locks == 1
                              ? Words::tr("One name above these keys was")
                              : Words::tr("%1 names above these keys were").arg(preview.unseen.locks);
    warnings << Words::tr(
                    "%1 not looked at: %2. If there is a lock of such a name, it may get a holder, too.")
                    .arg(names, QString::fromStdString(preview.unseen.why));
  }
  if (needsTyping(preview)) {
    warnings << Words::tr("That is a lot: %1 are attached to this one lease.")
                    .arg(keyCountText(static_cast<qint64>(preview.keys.size())));
  }
  return warnings;
}

}  // namespace leasescope::ui
