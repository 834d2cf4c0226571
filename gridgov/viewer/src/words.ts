// Every word of the interface, in Chinese and English.

import type { Language } from "./types";
import { KNOW_WORDS } from "./words/know";
import { LOOK_WORDS } from "./words/look";
import { OFFICE_WORDS } from "./words/office";
import { PEOPLE_WORDS } from "./words/people";
import { PUBLIC_WORDS } from "./words/public";

const WORDS = {
  ...LOOK_WORDS,
  ...KNOW_WORDS,
  ...PUBLIC_WORDS,
  ...OFFICE_WORDS,
  ...PEOPLE_WORDS,
  title: ["网格治理", "gridgov"],
  subtitle: ["社区网格地图", "Neighbourhood grids"],
  language: ["English", "中文"],
  languageHint: ["切换到英文", "Switch to Chinese"],
  // signing in
  signIn: ["登录", "Sign in"],
  signOut: ["退出登录", "Sign out"],
  signInLead: ["楼组、片区与网格，一张图看清。", "Clusters, sections and grids on one map."],
  login: ["账号", "Account"],
  password: ["密码", "Password"],
  signInFailed: [
    "账号或密码不正确，或尝试次数过多。请重试，或等待 15 分钟。",
    "The name or the password is wrong, or there were too many tries. Try again, or wait 15 minutes.",
  ],
  sessionEnded: ["登录已过期，请重新登录。", "The session has ended. Sign in again."],
  closedNetwork: ["本系统在内网运行，不连接外部网站。", "Runs on your own network and asks no other site."],
  // frame
  map: ["地图", "Map"],
  areas: ["区划", "Areas"],
  layers: ["图层", "Layers"],
  quality: ["质量", "Quality"],
  plan: ["方案", "Plan"],
  planDraft: ["草稿", "draft"],
  planPublished: ["已发布", "published"],
  planFrom: ["{from} 起生效", "from {from}"],
  noPlan: ["尚无可用的划分方案。", "There is no plan to show yet."],
  noPlanHint: ["请管理员先划分并发布方案。", "Ask an administrator to divide and publish one."],
  whole: ["显示全部", "Show all"],
  zoomIn: ["放大", "Zoom in"],
  zoomOut: ["缩小", "Zoom out"],
  close: ["关闭", "Close"],
  copyLink: ["复制链接", "Copy link"],
  copied: ["链接已复制", "Link copied"],
  retry: ["重试", "Try again"],
  loading: ["正在加载…", "Loading…"],
  failed: ["无法读取：{why}", "Could not read: {why}"],
  unreachable: ["服务器没有响应", "the server does not answer"],
  serverSaid: ["服务器出错（{status}）", "the server failed ({status})"],
  whyGone: ["没有所指的对象：可能已变更，或不在您的权限范围内。", "There is no such thing: it may have changed, or is not yours to see."],
  whyDenied: ["没有权限", "not allowed"],
  whyConflict: ["与现有内容冲突", "conflict"],
  whyBusy: ["服务器繁忙，请稍后再试", "busy"],
  whyInput: ["输入有误", "bad input"],
  serverGone: ["服务器没有响应，地图可能不完整。", "The server does not answer; the map may not be complete."],
  skip: ["跳到地图", "Skip to the map"],
  noWebgl: ["此浏览器无法显示地图", "This browser cannot draw the map"],
  noWebglHint: [
    "地图需要 WebGL 2。请在浏览器设置中启用硬件加速，或换用较新的浏览器。左侧的区划、搜索与质量仍可使用。",
    "The map needs WebGL 2. Switch on hardware acceleration in the browser's settings, or use a newer browser. The tree, search and quality panels work without it.",
  ],
  contextLost: ["显卡中断了地图，正在恢复…", "The graphics card dropped the map; it is coming back…"],
  // search
  search: ["搜索", "Search"],
  searchHint: ["名称、编码、地址或坐标", "Name, code, address or point"],
  searchNone: ["没有找到“{words}”", "Nothing found for “{words}”"],
  searchCount: ["找到 {count} 项", "{count} found"],
  // kinds
  district: ["区", "District"],
  subdistrict: ["街道", "Subdistrict"],
  community: ["社区", "Community"],
  communities: ["社区", "Communities"],
  section: ["片区", "Section"],
  sections: ["片区", "Sections"],
  cluster: ["楼组", "Cluster"],
  clusters: ["楼组", "Clusters"],
  grid: ["网格", "Grid"],
  gridCount: ["网格", "Grids"],
  grids: ["楼长网格与专属网格", "Building-manager and special grids"],
  building: ["楼栋", "Building"],
  buildings: ["楼栋", "Buildings"],
  shelter: ["避难场所", "Shelter"],
  shelters: ["应急避难场所", "Emergency shelters"],
  barriers: ["道路、河流与铁路", "Roads, rivers, railways"],
  rentals: ["出租屋数量", "Rental houses"],
  // legend
  fill: ["楼组着色", "Clusters shaded by"],
  fillDistinct: ["相邻区分", "neighbours apart"],
  fillHouseholds: ["户数", "households"],
  fillRentals: ["出租屋数", "rental houses"],
  fillNone: ["不着色", "no fill"],
  buildingFill: ["楼栋着色", "Buildings shaded by"],
  byNothing: ["单色", "one colour"],
  byUse: ["用途", "use"],
  byHouseholds: ["户数", "households"],
  byFloors: ["层数", "storeys"],
  legendDistinct: ["同一片区的楼组为同一色系", "Clusters of a section share a hue"],
  zoomForMore: ["放大后显示", "Shown when zoomed in"],
  hard: ["主要道路、河流、铁路（不可跨越）", "Main road, river, railway: never crossed"],
  soft: ["一般道路", "Ordinary road"],
  minor: ["小路", "Lane"],
  indoor: ["室内", "Indoor"],
  outdoor: ["室外", "Outdoor"],
  manager: ["楼长网格", "Building-manager grid"],
  special: ["专属网格", "Special grid"],
  rentalLegend: ["数字为出租屋数，不显示单个房屋", "Counts only; no single house is shown"],
  // use
  useResidential: ["住宅", "Residential"],
  useVillage: ["城中村/自建房", "Urban village"],
  useDormitory: ["宿舍", "Dormitory"],
  useCommercial: ["商业", "Commercial"],
  useIndustrial: ["工业", "Industrial"],
  usePublic: ["公共服务", "Public"],
  useOther: ["其他/未知", "Other or unknown"],
  // facts
  facts: ["详情", "Facts"],
  code: ["编码", "Code"],
  households: ["户数", "Households"],
  householdsBig: ["户", "households"],
  stackLabel: ["{count} 个楼组", "{count} clusters"],
  householdsUnit: ["{count} 户", "{count} {count|household|households}"],
  estimated: ["估算", "estimated"],
  counted: ["登记", "counted"],
  floors: ["层数", "Storeys"],
  height: ["高度", "Height"],
  units: ["单元数", "Units"],
  use: ["用途", "Use"],
  address: ["地址", "Address"],
  area: ["面积", "Area"],
  population: ["人口", "Population"],
  storeys: ["楼层", "Storeys"],
  storeysRange: ["{from}–{to} 层", "storeys {from}–{to}"],
  storeyOne: ["{from} 层", "storey {from}"],
  unitNumber: ["{unit} 单元", "unit {unit}"],
  wholeBuilding: ["整栋", "whole building"],
  kindOf: ["类型", "Kind"],
  belongs: ["所属", "Belongs to"],
  liaison: ["联系干部", "Cadre liaison"],
  noLiaison: ["尚未安排联系干部", "Nobody answers for it yet"],
  distance: ["距离 {metres}", "{metres} away"],
  shelterFor: ["避难去向", "Shelter"],
  people: ["{count} 人", "{count} {count|person|people}"],
  noRoom: ["无处可去：", "No place:"],
  noShelter: ["未分配避难场所", "No shelter assigned"],
  rentalHouses: ["出租屋", "Rental houses"],
  rooms: ["间数", "Rooms"],
  tenants: ["租住人数", "Tenants"],
  letters: ["已签责任书", "Letters signed"],
  terminals: ["已装终端", "Terminals installed"],
  inSection: ["片区内楼组", "Clusters in this section"],
  inGroup: ["包含楼栋", "Buildings in it"],
  tower: ["楼层分布", "Storey by storey"],
  towerHint: ["每一格为一个楼组在该单元的楼层段，点击查看。", "Each block is a band of storeys of one cluster; choose one for its facts."],
  clustersHere: ["涉及楼组", "Clusters here"],
  noCluster: ["未划入楼组", "In no cluster"],
  capacity: ["容量", "Capacity"],
  assigned: ["已分配", "Assigned"],
  assignedText: ["{people} 人 / {clusters} 个楼组", "{people} {people|person|people} from {clusters} {clusters|cluster|clusters}"],
  phone: ["电话", "Telephone"],
  place: ["场所", "Site"],
  sign: ["标识", "Sign"],
  signComplete: ["完整（名称、地址、电话）", "complete: name, address, telephone"],
  signMissing: ["缺：{what}", "lacks {what}"],
  signName: ["名称", "name"],
  signAddress: ["地址", "address"],
  signPhone: ["电话", "telephone"],
  unsuitable: ["不适用灾种", "Unsuitable for"],
  zoomTo: ["定位", "Go there"],
  unnamed: ["未命名", "unnamed"],
  showMore: ["显示更多", "Show more"],
  // quality
  inRange: ["户数在 {min}–{max} 之间的楼组", "Clusters of {min} to {max} households"],
  sectionsRight: ["由 2–3 个楼组组成的片区", "Sections of 2 or 3 clusters"],
  liaisonCover: ["有联系干部的片区", "Sections with a liaison"],
  shelterCover: ["有避难场所可去的居民", "People with a shelter in reach"],
  estimatedShare: ["户数为估算的比例", "Households that are estimated"],
  ofWhole: ["{part} / {whole}", "{part} of {whole}"],
  sizes: ["楼组户数分布", "Cluster sizes"],
  sizesAxis: ["每楼组户数", "households in a cluster"],
  sizesSaid: [
    "{clusters} 个楼组；户数中位数 {median}；目标 {target}。",
    "{clusters} {clusters|cluster|clusters}; the median is {median} {median|household|households}; the target is {target}.",
  ],
  sizesEmpty: ["另有 {count} 个楼组无住户（如公园、厂区），不计入。", "{count} more {count|has|have} no household (parks, plants) and {count|is|are} left out."],
  sectionSizes: ["每片区楼组数", "Clusters in a section"],
  findings: ["发现的问题", "Findings"],
  findingsNone: ["没有发现问题。", "Nothing was found."],
  findingsHidden: ["问题清单仅对工作人员开放。", "The list is open to staff."],
  error: ["错误", "Error"],
  warning: ["提醒", "Warning"],
  note: ["说明", "Note"],
  noPlaceKnown: ["没有位置", "no place"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

const KEPT = "gridgov-language";
let language: Language = "zh";

export function getLanguage(): Language {
  return language;
}

/** Speak a language from now on, on every page and after coming back. */
export function keepLanguage(chosen: Language): void {
  localStorage.setItem(KEPT, chosen);
  setLanguage(chosen);
}

/** The language kept by this browser, else the first of its own that we speak. */
export function keptLanguage(): Language {
  return (localStorage.getItem(KEPT) as Language | null) ?? guessLanguage();
}

export function setLanguage(chosen: Language): void {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = chosen === "zh" ? "网格治理 · gridgov" : "gridgov · Neighbourhood grids";
}

/** The word in the language chosen, its {gaps} filled; {gap|one|many} chooses a word by a number. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
  const text = WORDS[word][language === "zh" ? 0 : 1];
  return text.replace(/\{(\w+)(?:\|(.*?)\|(.*?))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = String(values[name] ?? "");
    return (value === "1" ? one : many) ?? value;
  });
}

export function isWord(text: string): text is Word {
  return text in WORDS;
}

export function formatNumber(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return "—";
  return value.toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: digits });
}

export function formatShare(part: number, whole: number): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(1)}%` : "—";
}

export function formatMetres(metres: number): string {
  const unit = metres >= 1000 ? (language === "zh" ? "公里" : "km") : language === "zh" ? "米" : "m";
  return `${formatNumber(metres >= 1000 ? metres / 1000 : metres, metres >= 1000 ? 1 : 0)} ${unit}`;
}

export function formatArea(area: number): string {
  const large = area >= 1e6;
  const unit = language === "zh" ? (large ? "平方公里" : "平方米") : large ? "km²" : "m²";
  return `${formatNumber(large ? area / 1e6 : area, large ? 2 : 0)} ${unit}`;
}

/** The day of a moment as year-month-day, as days are written everywhere here; Sweden writes them so. */
export function formatDay(at: string): string {
  return new Date(at).toLocaleDateString("sv-SE");
}

function guessLanguage(): Language {
  const spoken = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag));
  return spoken && /^en/i.test(spoken) ? "en" : "zh";
}
