import Compute
import Reproductions
import Testing

@Suite("The study of shift")
struct ShiftTests {
  @Test("a shift that touches one screen leaves the other as it was, and a twin leaves the reward as it was")
  func screens() {
    for world in ShiftWorld.all {
      func clips(_ shift: PlantedShift?, _ screen: ShiftClips.Screen) -> ShiftClips {
        ShiftClips(world, count: 12, steps: 5, shift, on: screen, cost: 7, random: RandomSource(seed: 3))
      }
      let plain = clips(nil, .rewarded)
      let half = plain.rows.columns / 2
      func columns(_ clips: ShiftClips, _ range: Range<Int>) -> [[Double]] { range.map(clips.rows.column) }
      for shift in PlantedShift.allCases where shift != .noise {
        // The second screen is played after the first, so that it alone can be changed with the first as it was.
        let twin = clips(shift, .other)
        #expect(twin.rewards == plain.rewards, "\(world.name), \(shift)")
        #expect(columns(twin, 0..<half) == columns(plain, 0..<half))
        #expect(columns(twin, half..<2 * half) != columns(plain, half..<2 * half), "\(world.name), \(shift)")
        #expect(columns(clips(shift, .rewarded), 0..<half) != columns(plain, 0..<half))
      }
    }
  }

  @Test("a moved start is found on both screens alike by distances of inputs, at the promised rate of false alarms")
  func found() throws {
    var study = ShiftStudy()
    (study.fitted, study.calibrated, study.asked, study.pairs) = (40, 39, 60, 32)
    let cell = try study.cell(ShiftWorld.all[0], random: RandomSource(seed: 1))
    for detector in [ShiftStudy.Detector.mahalanobis, .neighbours] {
      let planted = try #require(cell.readings[ShiftStudy.key(.start, .rewarded, detector.rawValue)]?.area)
      let twin = try #require(cell.readings[ShiftStudy.key(.start, .other, detector.rawValue)]?.area)
      #expect(planted > 0.8 && twin > 0.8)
      // Two of 40 calibration clips: the share among 60 has a deviation of about .045.
      let alarms = try #require(cell.falseAlarms[detector.rawValue] ?? nil)
      #expect(alarms < 0.05 + 4 * 0.045)
    }
  }
}
