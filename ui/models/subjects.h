#pragma once

#include "core/diagnosis/finding.h"
#include "core/picture/lease.h"
#include "core/picture/lock.h"
#include "ui/models/filter_expression.h"
#include "ui/models/lease_book.h"
#include "ui/models/states.h"

namespace leasescope::ui {

/// A lock with its whole queue: found by its name, its keys' leases and who has them, and by what is true of
/// its holder.
class LockSubject : public FilterSubject {
 public:
  /// `state`: as it is shown.
  LockSubject(const Lock& lock, LockState state, const LeaseBook& book, const Moment& now)
      : lock_(lock), state_(state), book_(book), now_(now) {}

  bool mentions(const std::string& lower) const override;
  std::optional<double> value(FilterField field) const override;
  bool hasState(const QString& word) const override;
  bool hasKind(const QString& word) const override;

 private:
  const Lease* holderLease() const;

  const Lock& lock_;
  const LockState state_;
  const LeaseBook& book_;
  const Moment& now_;
};

/// A lease: found by its id, who has it, and the names of its keys.
class LeaseSubject : public FilterSubject {
 public:
  LeaseSubject(const Lease& lease, const Moment& now) : lease_(lease), now_(now) {}

  bool mentions(const std::string& lower) const override;
  std::optional<double> value(FilterField field) const override;
  bool hasState(const QString& word) const override;
  bool hasKind(const QString& word) const override;

 private:
  const Lease& lease_;
  const Moment& now_;
};

/// A finding: found by what it says and what it is about; `state:` is its severity, `kind:` its kind.
class FindingFilterSubject : public FilterSubject {
 public:
  explicit FindingFilterSubject(const Finding& finding) : finding_(finding) {}

  bool mentions(const std::string& lower) const override;
  std::optional<double> value(FilterField) const override { return std::nullopt; }
  bool hasState(const QString& word) const override;
  bool hasKind(const QString& word) const override;

 private:
  const Finding& finding_;
};

}  // namespace leasescope::ui
