import Synchronization

/// Rates by key: so many at once, and then so many a second.
package final class TokenBuckets: Sendable {
  private struct Bucket {
    var tokens: Double
    var time: Double
  }

  private let burst: Double
  private let perSecond: Double
  private let buckets = Mutex<[String: Bucket]>([:])

  /// How many keys are remembered.
  package var count: Int { buckets.withLock { $0.count } }

  package init(burst: Double, perSecond: Double) { (self.burst, self.perSecond) = (burst, perSecond) }

  /// Whether there is a token to take.
  package func has(_ key: String, now: Double) -> Bool {
    buckets.withLock { buckets in
      guard let bucket = buckets[key] else { return burst >= 1 }
      return min(burst, bucket.tokens + perSecond * max(0, now - bucket.time)) >= 1
    }
  }

  /// Takes a token, if there is one.
  ///
  /// - Parameter now: seconds since some moment.
  package func take(_ key: String, now: Double) -> Bool {
    buckets.withLock { buckets in
      // Full buckets carry no information. Beyond twice as many that are not full all start anew, so that neither the
      // memory nor the time that this takes grows with the keys that somebody makes up.
      if buckets.count > 10_000 {
        buckets = buckets.filter { $0.value.tokens + perSecond * (now - $0.value.time) < burst }
        if buckets.count > 20_000 { buckets = [:] }
      }
      var bucket = buckets[key] ?? Bucket(tokens: burst, time: now)
      bucket.tokens = min(burst, bucket.tokens + perSecond * max(0, now - bucket.time))
      bucket.time = now
      let allowed = bucket.tokens >= 1
      if allowed { bucket.tokens -= 1 }
      buckets[key] = bucket
      return allowed
    }
  }
}
