// Words of the public page.

export const PUBLIC_WORDS = {
  publicTitle: ["网格治理公开数据", "Neighbourhood grids in figures"],
  publicLead: [
    "按社区汇总的网格划分与服务覆盖情况。不含个人信息，少于 10 的数字不予公布。",
    "How neighbourhoods are divided and looked after, summed up by community. Nothing about a person; counts below 10 are withheld.",
  ],
  publicNone: ["目前没有已生效的划分方案。", "No plan is in force today."],
  publicPlan: ["{name}，{from} 起生效", "{name}, in force since {from}"],
  publicMade: ["数据生成于 {at}", "figures made {at}"],
  publicStaff: ["工作人员登录", "Staff sign in"],
  publicMap: ["社区地图", "Map of the communities"],
  publicShade: ["地图显示", "Shown on the map"],
  publicTable: ["各社区数据", "Figures by community"],
  publicName: ["区划", "Area"],
  publicHouseholds: ["户数", "Households"],
  publicRentals: ["出租屋", "Rental houses"],
  publicLiaison: ["片区有联系干部", "Sections with a liaison"],
  publicShelter: ["居民有避难场所", "People with a shelter in reach"],
  publicLetters: ["出租屋已签责任书", "Rental houses with a signed letter"],
  publicShelters: ["避难场所", "Shelters"],
  publicHidden: ["不公布", "withheld"],
  publicHiddenHint: ["“不公布”：数字过小，或可据以推算出过小的数字。", "“Withheld”: the count is small, or a small one could be worked out from it."],
  publicCoverage: ["服务覆盖", "Coverage"],
  publicUnknown: ["无数据", "no data"],
  publicPercent: ["{share}%", "{share}%"],
  publicScroll: ["表格可左右滚动", "The table scrolls sideways"],
} as const satisfies Record<string, readonly [string, string]>;
