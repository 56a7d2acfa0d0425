# ruff: noqa: E501
"""Texts of several fields with true statements about them, written by hand for the tests.

`TEXTS` are made up for the tests: passages are parted by blank lines. A paraphrase names its
text (or a shipped document) and a few words of the sentence it retells; every third one is held
out: looked at only after the checks were tuned.
"""

TEXTS = {
    "trial": """\
Between March 2016 and October 2019, 4,812 adults with type 2 diabetes were enrolled at 63 clinics in Denmark, Sweden and Norway. Participants were randomly assigned to receive 10 mg of veraliflozin or placebo once daily. The median follow-up was 3.4 years. Patients with an estimated kidney function below 30 ml per minute were excluded.

The primary outcome, death from cardiovascular causes or hospital admission for heart failure, occurred in 8.7% of the veraliflozin group and in 11.9% of the placebo group. Hospital admissions for heart failure fell by 31%, whereas the rate of stroke did not differ between the groups. No benefit was seen in patients older than 80. Body weight decreased by an average of 2.1 kg in the treatment group.

Genital infections were more common with veraliflozin than with placebo, affecting 6.4% and 1.5% of patients respectively. Most of these infections were mild, and only 23 patients stopped treatment because of them. Severe hypoglycaemia was rare in both groups. Nearly all participants completed the final visit.

Dr Helene Aagaard of Aarhus University, who led the study, said the drug should not be given to people with type 1 diabetes. The trial was funded by the Nordic Heart Foundation; the manufacturer, Lindqvist Pharma, supplied the tablets free of charge. Several centres in Finland withdrew before recruitment began.""",
    "ruling": """\
On 14 May 2019 the Court of Appeal dismissed the claim of Harlow Shipping against the Port of Marsden. The company had sought damages of £4.2 million for the loss of the vessel Petrel, which sank in the outer harbour in November 2015. The High Court had ruled in favour of the claimant in 2017.

Lady Justice Okafor held that the port authority owed no duty to dredge the channel below 9.5 metres. She found that the master of the Petrel had ignored two warnings from the harbour radio. Lord Justice Penrose dissented, arguing that the chart issued by the port was misleading. The majority rejected that argument because the chart carried a printed notice that depths were not guaranteed.

Under section 12 of the Harbours Act 1964, a port may limit its liability unless the loss was caused by gross negligence. The court did not decide whether the limit applies to salvage costs. Harlow Shipping was ordered to pay 80% of the port's legal costs, estimated at £610,000.

The company was refused permission to appeal to the Supreme Court in January 2020. Its insurers, Calder Mutual, had already paid £3.1 million to the owners of the cargo. The ruling is the first to consider the duty to dredge since 1988.""",
    "siege": """\
The siege of Varenholm began in June 1645, when a Danish army of about 9,000 men under Count Albrecht Rosen surrounded the town. The garrison of 1,200 soldiers was commanded by the Swedish colonel Erik Stålarm. The defenders had food for four months but little powder.

In August the besiegers breached the eastern wall, but three assaults were beaten back. Disease killed more of Rosen's soldiers than the fighting did. By the end of September nearly a third of the Danish army had died or deserted. The townspeople, most of whom were Lutheran merchants, took part in the defence.

Stålarm refused two offers of surrender. A relief force led by General Wrede arrived on 3 October 1645, and the Danes withdrew across the river Orla without giving battle. Varenholm was never taken during the war.

The peace of 1648 gave the town to Sweden, which held it until 1720. The fortress, once the largest on the Baltic coast, was demolished in the 1760s because its upkeep cost too much. Only the northern gate has survived. The population fell from 7,400 before the siege to 4,100 in 1650.""",
    "report": """\
Brightwater Group reported revenue of $2.84 billion for the financial year 2022, an increase of 12.4% from $2.53 billion a year earlier. Net profit rose to $316 million, while operating costs grew by only 6%. The board proposed a dividend of 48 cents per share, up from 41 cents.

Sales in Europe climbed 18% to $1.12 billion and exceeded those in North America for the first time. In Asia, revenue declined by 4.5% because two plants in Vietnam were closed for eleven weeks. North America remained the most profitable region, with a margin of 21.3%.

The water treatment division accounted for 57% of revenue, compared with 52% in 2021. The packaging division made a loss of $38 million, its second in a row. Brightwater sold its paper mill in Ohio to Kestrel Partners for $145 million in April 2022 and used all of the proceeds to repay debt.

Net debt fell by a quarter to $690 million. The company employed 11,600 people at the end of the year, some 700 fewer than in 2021. Chief executive Maria Lindgren said she does not expect growth to continue at the same pace in 2023. The company has not changed its target of a 60% cut in emissions by 2030.""",
    "glacier": """\
The Harald Glacier in eastern Greenland retreated by 3.2 km between 1992 and 2018. Its thinning accelerated after 2004, reaching 5.6 metres a year near the front. The glacier is the third longest in the region, after Kronborg and Sorgen.

Warm Atlantic water, rather than the air, caused most of the melting. Measurements from 14 moorings showed that water at a depth of 250 metres was 1.8 degrees Celsius warmer than in the 1990s. Summer air temperatures rose by 0.6 °C over the same period. No trend was found in snowfall.

The team led by Ingrid Falk of the University of Bergen used radar images from the satellite Sentinel-1. Their estimate of the ice lost, 41 billion tonnes, is twice as high as an earlier one by Tanaka. All of the models tested underestimated the loss. The uncertainty is largest for the years before 2000.

The front has been stable since 2015, when it reached a rocky sill. Several neighbouring glaciers continue to retreat. If the ice passes the sill, the authors expect a rapid loss of about 12% of the remaining volume by 2060. They did not include the effect of meltwater from the surface.""",
    "season": """\
Northfield United won the league in 2014 with 87 points, four more than Castleton Rovers. They lost only three of their 38 matches and scored 91 goals, the most in the club's history. The striker Paulo Mendes scored 29 of them.

In the cup, Northfield were beaten 2-1 by Eastmoor in the semi-final on 12 April. Goalkeeper Sam Whitlow missed the match with a broken finger. Eastmoor went on to lose the final to Castleton after extra time. The attendance of 71,300 was the second highest ever recorded at the stadium.

Manager Greta Holm had taken over in July 2012, when the club was 16th. She sold six players for a total of £18 million and spent less than £7 million on new ones. All but two of the regular starters were under 25. Her contract was extended until 2018.

Average attendance rose by 22% to 34,500. The women's team finished fifth, their worst position since 2009. Ticket prices were not raised for the third consecutive season. Many supporters opposed the plan to rename the ground.""",
    "vaccine": """\
Measles cases in the province of Tarsa increased from 310 in 2016 to 2,450 in 2018. Vaccination coverage had dropped from 94% to 81% after the closure of rural clinics. More than two-thirds of the patients were children under five. Forty-one people died, all of them unvaccinated.

A campaign in the spring of 2019 reached 1.3 million children within six weeks. It was paid for by the World Health Organization and the government of Tarsa, which contributed $2.6 million and $900,000 respectively. Some villages in the north could not be reached because of floods.

By December 2020 coverage had recovered to 92%, and no new case was reported for seven months. The health minister, Amara Diallo, called the clinics more important than the campaign. Private hospitals did not take part. The highest coverage, 98%, was recorded in the capital, Oruba.""",
    "statute": """\
The Rental Homes Act 2021 entered into force on 1 January 2022. It limits rent increases to 3% a year and applies to all dwellings built before 2015. Landlords must give tenants at least 60 days' notice of an increase. Student housing is exempt from the limit.

A tenant may withhold up to half of the rent if the landlord fails to repair heating within ten days. The landlord may not end the contract for that reason. Disputes are decided by the Rent Board, whose decisions can be appealed to the district court within four weeks.

The deposit may not exceed two months' rent and must be held in a separate account. Interest on the deposit belongs to the tenant. Landlords who break this rule face a fine of between €500 and €20,000. The Act does not apply to holiday homes.

Section 9 repealed the Tenancy Act 1983. The government rejected a proposal by the Green Party to freeze rents for five years. A review of the Act is required every three years, the first of them by the end of 2024.""",
    "bees": """\
Researchers at Kyoto University followed 18 colonies of the Japanese honeybee for two summers. Foragers flew an average of 1.9 km to find nectar, and the longest flight measured was 6.1 km. Colonies near rice fields were weaker than those in forests.

Exposure to the pesticide clothamol reduced the survival of queens by 26%. The effect was not seen at doses below 0.5 micrograms per litre. Workers recovered within three days, but drones never did. Most colonies replaced a lost queen within two weeks.

The parasite Varroa was found in every colony, though few were heavily infested. European honeybees in the same area lost 40% of their colonies in winter, compared with 15% for the Japanese species. The authors recommend planting clover, the cheapest source of pollen, along field margins. They warn that the results may not hold for other regions.""",
    "release": """\
Tidepool 5.2, released on 18 March 2022, cuts the start-up time of the desktop application from 6.1 to 2.4 seconds. The new storage engine uses 35% less memory on laptops with 8 GB of RAM. Plug-ins written for version 4 no longer run; their authors have until 30 September to move to the new interface. The mobile application is not affected by these changes.

Search now covers attachments of up to 50 MB, and results appear in less than 200 milliseconds. Encrypted notebooks are not indexed unless the user allows it in the settings. A fault that deleted drafts after a failed synchronisation, reported by 1,340 users, has been corrected. Dark mode remains experimental on Linux.

The free plan is limited to three devices and 2 GB of storage, whereas the professional plan costs €7 a month and has no limit on devices. Students receive a discount of 40%. Customers who paid for a year before 1 January 2022 keep the old price until their subscription ends. Refunds are granted within 14 days of purchase.""",
    "comet": """\
Comet Alderson was discovered on 9 February 1987 by the amateur astronomer Ruth Alderson from her garden near Hobart. It orbits the Sun once every 74 years and comes no closer to it than 0.82 astronomical units. Its nucleus is about 11 kilometres long and darker than coal.

The probe Meridian flew past the comet in August 2011 at a distance of 430 kilometres. Its spectrometer found water ice, methanol and traces of ammonia, but no carbon monoxide. The camera failed nineteen minutes before the closest approach, so only the northern hemisphere was photographed. The mission, which had cost 390 million dollars, was nevertheless considered a success by the agency.

Dust collected by Meridian was returned to Earth in January 2014 and shared among laboratories in Japan, Germany and Canada. Grains larger than 20 micrometres contained silicates that form only at high temperatures. Hideo Marumoto of Sendai University concluded that material from near the Sun had been carried outwards before the comet formed. Other researchers doubt this because the sample weighs less than a milligram.""",
    "council": """\
The council of Eastwick approved the budget for 2024 on Tuesday by 27 votes to 19. Spending on schools rises by 5.4% to £212 million, while the allocation for road repairs is cut from £38 million to £31 million. The council tax for an average household will go up by £63 a year.

Councillor Priya Nair, who chairs the finance committee, said that the increase in social care costs left no other choice. The opposition leader, Martin Dale, called the cut in road repairs short-sighted and demanded an audit of the consultants' fees. These fees have tripled since 2019 and now amount to £4.8 million.

A proposal to close the library in Thornbury was withdrawn after 6,200 residents had signed a petition. Bus subsidies remain at their present level until March 2025. The sale of the old town hall is expected to bring in at least £9 million. The auditors have not yet signed the accounts for 2021 and 2022.""",
    "composer": """\
Lotte Hartwig was born in Graz in 1861, the youngest of seven children of a clockmaker. She studied the violin with Josef Brenner before turning to composition at the age of nineteen. Her first symphony was rejected by the Vienna Philharmonic in 1889 and not performed until 1912.

Hartwig wrote 214 songs, four string quartets and a single opera, The Glass Harbour, which was given only twice in her lifetime. From 1895 to 1907 she taught harmony at the conservatory in Leipzig, where the conductor Emil Sandor was among her pupils. Most of her manuscripts were lost in a fire in 1916. The surviving letters show that she admired Brahms but disliked the music of Bruckner.

She never married and lived with her sister Anna until the latter's death in 1923. In her last years she suffered from deafness and stopped composing altogether. Hartwig died in Salzburg on 2 December 1931. A complete recording of the quartets, made by the Calloway Quartet in 1998, won two prizes and revived interest in her work.""",
    "wheat": """\
In a four-year field trial in Kansas, plots of winter wheat sown with clover between the rows produced 5.9 tonnes per hectare, 8% more than plots without it. Fertiliser use on the mixed plots was 45 kg per hectare lower. In the dry year of 2018, however, the mixed plots gave smaller harvests because the clover competed for water.

The number of earthworms in the topsoil doubled under clover, and losses of nitrate to groundwater fell by 52%. Neither the protein content of the grain nor its price differed between the systems. Weeds were less frequent in the mixed plots from the second year onwards.

Seed and labour made the mixed system 62 dollars per hectare more expensive in the first year, but from the third year it was cheaper. Agronomist Dana Whitlock recommends it for regions with more than 550 millimetres of rain a year. Farmers surveyed in Nebraska named the lack of suitable machinery as the main obstacle. The trial did not include organic farms.""",
    "policy": """\
This policy covers damage to the insured building by fire, storm, burst pipes and theft. Damage by flooding is insured only if the flood supplement has been agreed in writing. Claims must be reported within seven days of the discovery of the damage; after 30 days no payment is made.

The insured person bears the first €400 of every loss, or €1,500 for storm damage to roofs older than 25 years. Jewellery and cash are covered up to €3,000 in total, and up to €10,000 if kept in a locked safe. Bicycles are insured in the cellar but not in the open.

The premium is due on 1 May of each year and may be paid in four instalments for a surcharge of 3%. If the building is empty for more than 60 consecutive days, the insurer must be told in advance. Either party may end the contract with three months' notice. The insurer may also end it after a claim, provided that it does so within one month of the payment.""",
    "ferry": """\
The ferry line between Port Ansel and the island of Marrow carried 412,000 passengers in 2022, up from 388,000 the year before. A return ticket costs 18 euros; children under six travel free. The two older ships burn heavy oil and will be replaced by electric ferries in 2026.

Their range of 40 kilometres is enough for two crossings. The island's mayor, Ines Caldera, had opposed the plan because the new ships hold fewer lorries. The government pays three quarters of the price of 58 million euros.""",
    "bank": """\
Inflation slowed to 3.1% in October from 3.7% in September, mainly because energy prices fell by 6.2%. The central bank left its key rate unchanged at 4.25% but did not rule out another increase. Food prices, however, were still 7% higher than a year earlier.

Governor Henrik Oster said that wages were rising too fast for the target of 2% to be reached before 2025. Unemployment stood at 5.4%, the lowest level since 2008. Two of the nine board members voted for a cut.""",
    "seal": """\
Biologists counted 1,860 grey seals on the Farrow Islands in 2020, nearly three times as many as in 1995. Pups are born between November and January and weigh about 14 kilograms. Only 55% of them survive their first year, mostly because of storms and a lack of food.

Fishermen blame the seals for damage to nets, but a study by the University of Lorne found that seals take less than 4% of the cod caught in the area. Hunting has been forbidden since 1978. Plastic was found in the stomachs of 12 of 40 dead animals.""",
}

ROADMAP, CUSTOMS = "trade-power-roadmap", "gacc-2023-press-conference"

PARAPHRASES: tuple[tuple[str, str, str], ...] = (
    ("trial", "4,812 adults", "The study enrolled 4,812 adults with type 2 diabetes at 63 clinics in three Nordic countries: Denmark, Sweden and Norway."),
    ("trial", "4,812 adults", "Enrolment ran from March 2016 to October 2019."),
    ("trial", "once daily", "Each participant took either 10 mg of veraliflozin or a placebo every day, chosen at random."),
    ("trial", "median follow-up", "Patients were followed for a median of 3.4 years."),
    ("trial", "were excluded", "People whose estimated kidney function was under 30 ml per minute could not take part."),
    ("trial", "primary outcome", "The primary outcome occurred in 8.7 percent of patients on veraliflozin, compared with 11.9 percent of those on placebo."),
    ("trial", "fell by 31%", "Veraliflozin cut hospital admissions for heart failure by 31 %, but stroke rates were the same in both groups."),
    ("trial", "No benefit", "Patients over the age of 80 did not benefit."),
    ("trial", "Body weight", "On average, treated patients lost 2.1 kilograms."),
    ("trial", "Genital infections", "6.4% of patients on veraliflozin had genital infections, against 1.5% on placebo."),
    ("trial", "Most of these", "The infections were mostly mild; just 23 patients discontinued the drug because of them."),
    ("trial", "Nearly all", "Almost all participants attended the final visit."),
    ("trial", "type 1 diabetes", "According to study leader Helene Aagaard, people with type 1 diabetes should not receive the drug."),
    ("trial", "Nordic Heart", "Funding came from the Nordic Heart Foundation, while Lindqvist Pharma provided the tablets at no cost."),
    ("trial", "Several centres", "Some Finnish centres pulled out before recruitment started."),
    ("ruling", "14 May 2019", "In May 2019, the Court of Appeal rejected Harlow Shipping's claim against the Port of Marsden."),
    ("ruling", "sought damages", "Harlow Shipping wanted £4.2 million in damages after its vessel Petrel sank in the outer harbour in November 2015."),
    ("ruling", "High Court", "In 2017, the High Court had found for the claimant."),
    ("ruling", "owed no duty", "Lady Justice Okafor ruled that the port had no duty to dredge the channel deeper than 9.5 m."),
    ("ruling", "two warnings", "According to the judge, the Petrel's master disregarded two warnings given by harbour radio."),
    ("ruling", "dissented", "One judge, Lord Justice Penrose, disagreed: he considered the port's chart misleading."),
    ("ruling", "majority rejected", "The majority did not accept this, since a notice printed on the chart said that depths were not guaranteed."),
    ("ruling", "section 12", "Section 12 of the Harbours Act 1964 allows a port to limit its liability, except where gross negligence caused the loss."),
    ("ruling", "salvage costs", "Whether the limit covers salvage costs was left undecided."),
    ("ruling", "80%", "Harlow Shipping has to bear 80 per cent of the port's legal costs, which are estimated at £610,000."),
    ("ruling", "refused permission", "In January 2020 the company was denied permission to take the case to the Supreme Court."),
    ("ruling", "insurers", "Calder Mutual, the company's insurer, had by then paid the cargo owners £3.1m."),
    ("ruling", "first to consider", "It is the first decision on the duty to dredge since 1988."),
    ("siege", "began in June", "The siege started in June 1645, when Count Albrecht Rosen encircled the town with roughly 9,000 Danish troops."),
    ("siege", "garrison", "Varenholm was defended by 1,200 soldiers under Erik Stålarm, a Swedish colonel."),
    ("siege", "food for four", "The garrison had enough food for four months, but not much powder."),
    ("siege", "three assaults", "Although the eastern wall was breached in August, the defenders repelled three assaults."),
    ("siege", "Disease killed", "More of Rosen's men died of disease than in combat."),
    ("siege", "nearly a third", "Almost one third of the Danish army was dead or had deserted by late September."),
    ("siege", "townspeople", "The inhabitants, mostly Lutheran merchants, helped to defend the town."),
    ("siege", "two offers", "The colonel turned down two offers to surrender."),
    ("siege", "relief force", "On 3 October 1645 General Wrede's relief force arrived, and the Danish army retreated over the Orla without a battle."),
    ("siege", "never taken", "The town was not captured at any point in the war."),
    ("siege", "peace of 1648", "Sweden received the town in the peace of 1648 and kept it until 1720."),
    ("siege", "once the largest", "The fortress, formerly the largest on the Baltic coast, was torn down in the 1760s as it was too expensive to maintain."),
    ("siege", "northern gate", "Only its northern gate is still standing."),
    ("siege", "population fell", "The town's population dropped from 7,400 before the siege to 4,100 in 1650."),
    ("report", "reported revenue", "In the 2022 financial year, Brightwater's revenue grew 12.4% to $2.84bn, from $2.53bn the year before."),
    ("report", "Net profit", "Net profit increased to 316 million dollars, and operating costs went up by just 6 percent."),
    ("report", "dividend", "Shareholders are to receive a dividend of 48 cents a share, compared with 41 cents before."),
    ("report", "climbed 18%", "European sales rose by 18% to $1.12 billion, overtaking North America for the first time."),
    ("report", "In Asia", "Revenue in Asia fell 4.5 %, as two Vietnamese plants were shut for eleven weeks."),
    ("report", "most profitable", "The most profitable region was still North America, whose margin was 21.3%."),
    ("report", "water treatment", "Water treatment contributed 57% of revenue, up from 52% in 2021."),
    ("report", "packaging", "Packaging lost $38 million, the division's second consecutive loss."),
    ("report", "paper mill", "In April 2022 the Ohio paper mill was sold to Kestrel Partners for $145 million, and the entire proceeds went towards repaying debt."),
    ("report", "Net debt", "Net debt was reduced by 25% to $690 million."),
    ("report", "11,600", "At year-end Brightwater had 11,600 employees, about 700 fewer than in 2021."),
    ("report", "same pace", "CEO Maria Lindgren does not expect growth to go on at this pace in 2023."),
    ("report", "emissions", "Brightwater's goal of cutting emissions by 60 percent by 2030 is unchanged."),
    ("glacier", "3.2 km", "From 1992 to 2018, the Harald Glacier in eastern Greenland pulled back 3.2 kilometres."),
    ("glacier", "thinning", "After 2004 the glacier thinned faster, by up to 5.6 m a year near its front."),
    ("glacier", "third longest", "Only Kronborg and Sorgen are longer, which makes it the third longest glacier of the region."),
    ("glacier", "rather than", "Most of the melting was due to warm Atlantic water and not to the air."),
    ("glacier", "14 moorings", "Data from 14 moorings show that the water 250 m down was 1.8 °C warmer than it had been in the 1990s."),
    ("glacier", "Summer air", "Over the same period, air temperatures in summer increased by 0.6 degrees Celsius."),
    ("glacier", "snowfall", "The researchers found no trend in snowfall."),
    ("glacier", "Ingrid Falk", "Ingrid Falk's team at the University of Bergen worked with radar images taken by Sentinel-1."),
    ("glacier", "41 billion", "They put the ice loss at 41 billion tonnes, double the earlier estimate by Tanaka."),
    ("glacier", "models tested", "Every model that was tested underestimated the loss."),
    ("glacier", "uncertainty", "The estimate is most uncertain for the years before 2000."),
    ("glacier", "stable since", "Since reaching a rocky sill in 2015, the glacier's front has been stable."),
    ("glacier", "neighbouring", "Some glaciers nearby are still retreating."),
    ("glacier", "passes the sill", "Once past the sill, the glacier could quickly lose around 12% of its remaining volume by 2060, the authors expect."),
    ("glacier", "meltwater", "The effect of surface meltwater was not included."),
    ("season", "87 points", "Northfield United were champions in 2014: they had 87 points, four ahead of Castleton Rovers."),
    ("season", "91 goals", "The club's 91 goals were a record in its history, and it was defeated in only three of 38 games."),
    ("season", "29 of them", "Paulo Mendes contributed 29 of the goals."),
    ("season", "semi-final", "On 12 April Eastmoor knocked Northfield out of the cup in the semi-final, winning 2-1."),
    ("season", "broken finger", "Sam Whitlow, the goalkeeper, did not play because he had broken a finger."),
    ("season", "extra time", "Castleton beat Eastmoor in the final after extra time."),
    ("season", "71,300", "With 71,300 spectators, the attendance was the stadium's second highest ever."),
    ("season", "July 2012", "Greta Holm became manager in July 2012, with the club in 16th place."),
    ("season", "six players", "Under Holm, six players were sold for £18 million in total, and new players cost less than £7 million."),
    ("season", "under 25", "Except for two, all regular starters were younger than 25."),
    ("season", "extended until", "The manager's contract now runs until 2018."),
    ("season", "Average attendance", "On average 34,500 people attended, a rise of 22 percent."),
    ("season", "women's team", "The women's side came fifth, its worst finish since 2009."),
    ("season", "Ticket prices", "For the third season in a row, ticket prices stayed the same."),
    ("season", "Many supporters", "The plan to give the ground a new name was opposed by many fans."),
    ("vaccine", "310 in 2016", "Tarsa saw measles cases rise from 310 in 2016 to 2,450 two years later."),
    ("vaccine", "dropped from", "After rural clinics were closed, vaccination coverage fell from 94 % to 81 %."),
    ("vaccine", "two-thirds", "Children under the age of five made up more than two thirds of patients."),
    ("vaccine", "Forty-one", "In total 41 people died, none of whom had been vaccinated."),
    ("vaccine", "1.3 million", "In spring 2019, a campaign reached 1,300,000 children in six weeks."),
    ("vaccine", "respectively", "The World Health Organization contributed $2.6 million to the campaign, and Tarsa's government $0.9 million."),
    ("vaccine", "floods", "Floods made it impossible to reach some northern villages."),
    ("vaccine", "recovered to 92%", "Coverage was back at 92% by December 2020, and for seven months there were no new cases."),
    ("vaccine", "health minister", "In the view of health minister Amara Diallo, the clinics mattered more than the campaign."),
    ("vaccine", "Private hospitals", "Private hospitals took no part in it."),
    ("vaccine", "highest coverage", "Oruba, the capital, had the highest coverage at 98 per cent."),
    ("statute", "entered into force", "The Rental Homes Act 2021 has been in force since 1 January 2022."),
    ("statute", "3% a year", "Rents of all dwellings built before 2015 may rise by no more than 3 % per year."),
    ("statute", "60 days", "Tenants must be told of an increase at least 60 days in advance."),
    ("statute", "Student housing", "The limit does not apply to student housing."),
    ("statute", "half of the rent", "If heating is not repaired within ten days, the tenant can hold back up to 50% of the rent."),
    ("statute", "end the contract", "Landlords are not allowed to terminate the contract for this reason."),
    ("statute", "Rent Board", "The Rent Board rules on disputes; appeals go to the district court and must be made within four weeks."),
    ("statute", "two months", "Deposits are limited to two months' rent and have to be kept in a separate account."),
    ("statute", "Interest on", "The tenant is entitled to the interest on the deposit."),
    ("statute", "fine of between", "Breaking this rule costs landlords between 500 and 20,000 euros."),
    ("statute", "holiday homes", "Holiday homes are not covered by the Act."),
    ("statute", "repealed", "The Tenancy Act 1983 was repealed by section 9."),
    ("statute", "Green Party", "A Green Party proposal for a five-year rent freeze was turned down by the government."),
    ("statute", "review of the Act", "The Act has to be reviewed every three years, for the first time by the end of 2024."),
    ("bees", "18 colonies", "Over two summers, scientists from Kyoto University observed 18 Japanese honeybee colonies."),
    ("bees", "1.9 km", "To find nectar, foragers flew 1.9 kilometres on average; the longest recorded flight was 6.1 km."),
    ("bees", "rice fields", "Forest colonies were stronger than those close to rice fields."),
    ("bees", "clothamol", "The pesticide clothamol lowered queen survival by 26 percent."),
    ("bees", "0.5 micrograms", "At doses under 0.5 micrograms per litre there was no such effect."),
    ("bees", "Workers recovered", "While workers had recovered after three days, drones did not recover at all."),
    ("bees", "replaced a lost", "A lost queen was replaced within two weeks in most colonies."),
    ("bees", "Varroa", "All colonies carried the parasite Varroa, but only a few of them heavily."),
    ("bees", "European honeybees", "In winter, 40% of the European colonies in the area died, against 15% of the Japanese ones."),
    ("bees", "clover", "The researchers suggest sowing clover, the cheapest pollen source, along the edges of fields."),
    ("bees", "may not hold", "The results might not apply to other regions, the authors caution."),
    (CUSTOMS, "seven consecutive years", "China is expected to remain the world's largest goods trader for the seventh consecutive year, according to Wang Lingjun."),
    (CUSTOMS, "RMB 5 trillion of bulk", "In 2023, China's imports included over RMB 5 trillion of bulk commodities and nearly RMB 3 trillion of electronic components."),
    (CUSTOMS, "exported RMB 23.51", "China's exports of manufactured products came to 23.51 trillion yuan in 2023."),
    (CUSTOMS, "reached 645,000", "The number of Chinese foreign trade entities with actual imports or exports hit a record 645,000 in 2023."),
    (CUSTOMS, "three-quarters of enterprises", "A recent GACC survey found that over 75% of enterprises expect to keep or increase their imports and exports this year."),
    (CUSTOMS, "about 14%", "WTO data suggest that China kept around 14% of the international export market in 2023."),
    (CUSTOMS, "increased by 9.3%", "Exports of China's own-brand products rose 9.3% in 2023, and their share of total exports went up by 1.7 percentage points."),
    (CUSTOMS, "RMB 13.47", "Equipment manufacturing exports grew by 2.8% to RMB 13.47 trillion and made up 56.6% of all Chinese exports by value."),
    (CUSTOMS, "increased by 66%", "Exports of shipbuilding and related products jumped 66%, adding 1.5 percentage points to overall export growth."),
    (CUSTOMS, "eastern region contributed", "The eastern region accounted for nearly 80 percent of the total value of China's exports in 2023."),
    (CUSTOMS, "Northeast China increased", "Northeast China was the fastest-growing region, with exports up 6.5 percent."),
    (CUSTOMS, "5.221 million", "China exported 5.221 million vehicles in 2023, 57.4% more than the year before."),
    (CUSTOMS, "one out of every three", "One in three vehicles that China exports is now an electric passenger car."),
    (CUSTOMS, "1.773 million", "Exports of these vehicles rose by 67.1 % to 1,773,000 units."),
    (CUSTOMS, "nearly 1,000 specific", "Local customs offices worked out almost 1,000 specific measures adapted to local conditions."),
    (CUSTOMS, "1-2 days of transit", "Departure confirmation in the Yangtze River Basin saves one to two days of transit time."),
    (CUSTOMS, "by 65%", "Under the “checked upon unloading” mode, customs clearance takes 65% less time."),
    (CUSTOMS, "10 minutes at most", "With “cloud issuance”, the application time for certificates drops from 1–2 days to no more than 10 minutes."),
    (CUSTOMS, "less than 3 hours", "Inspection of fresh agricultural food products takes under three hours at most thanks to the Green Channel."),
    (CUSTOMS, "nearly RMB 100 million", "An apportionment scheme for inland waterway freight saves companies almost RMB 100 million a year."),
    (CUSTOMS, "introduced 23 measures", "Customs brought in 23 measures for the reform of comprehensive bonded zones in 2023."),
    (CUSTOMS, "reached 53.5%", "Private enterprises' share of China's foreign trade value was 53.5% in 2023."),
    (CUSTOMS, "66.4%", "Private companies produced 66.4 percent of the self-owned brand products that China exported."),
    (CUSTOMS, "68.1%", "68.1% of China's imports and exports of consumer goods by value were handled by private enterprises."),
    (CUSTOMS, "2.3% and 2% respectively", "Trade with the EU grew by 2.3% and trade with the United States by 2%."),
    (CUSTOMS, "100 in 2013", "The GACC's Trade Index with BRI countries climbed from 100 in 2013 to 165.4 in 2022."),
    (CUSTOMS, "RMB 19.47 trillion", "Trade with BRI countries amounted to RMB 19.47 trillion in 2023, or 46.6% of China's foreign trade, and was 2.8% higher than a year earlier."),
    (CUSTOMS, "operated 17,000 trains", "China-Europe Railway Express ran 17,000 trains in 2023, 6% more than in the previous year, carrying 1.9 million containers, an 18% increase."),
    (CUSTOMS, "4.218 million tons", "The Laos-China Railway carried 4.218 million tonnes of imports and exports, up 94.9%."),
    (CUSTOMS, "RMB 86.1 billion", "Contracted foreign projects brought exports of RMB 86.1 billion to BRI countries in 2023, nearly 30% more."),
    (CUSTOMS, "each other's largest", "China and ASEAN are each other's largest trading partners."),
    (CUSTOMS, "scale of RMB 6.41", "China-ASEAN trade was worth RMB 6,410 billion in 2023."),
    (CUSTOMS, "annual rate of 8.8%", "Trade between China and ASEAN has grown 8.8% a year on average since 2013, 3.8 percentage points faster than China's trade overall."),
    (CUSTOMS, "RMB 4.13 trillion", "Intermediate goods trade between China and ASEAN totalled RMB 4.13 trillion in 2023."),
    (CUSTOMS, "Almost all palm oil", "Nearly all of China's palm oil imports come from Malaysia and Indonesia."),
    (CUSTOMS, "exceeded 10,000", "Dongxing Port and Hekou Port handled more than 10,000 inbound and outbound passengers a day on average."),
    (CUSTOMS, "114,200", "By year-end, customs had supervised 114,200 travellers on the China-Laos Railway."),
    (CUSTOMS, "reached RMB 5.03 trillion", "Imports and exports of the Beijing-Tianjin-Hebei region came to RMB 5.03 trillion in 2023."),
    (CUSTOMS, "two-thirds of China's", "Two thirds of China's automobile imports went to companies in the Beijing-Tianjin-Hebei region."),
    (CUSTOMS, "RMB 15.17 trillion", "The Yangtze River Delta's trade reached 15.17 trillion yuan, 37.3 percent more than five years before."),
    (CUSTOMS, "RMB 7.95 trillion", "The nine Greater Bay Area cities traded RMB 7.95 trillion in 2023, which is 19% of the national total and 0.4% more than before."),
    (CUSTOMS, "35.8%", "Since 2020, Xiong'an New Area's trade has grown by up to 35.8% a year on average."),
    (CUSTOMS, "RMB 2.38 trillion", "Preliminary estimates put China's cross-border e-commerce trade in 2023 at RMB 2.38 trillion, 15.6% more than the year before."),
    (CUSTOMS, "RMB 1.83 trillion", "Cross-border e-commerce exports grew faster than imports: 19.6% against 3.9%."),
    (CUSTOMS, "RMB 1.83 trillion", "E-commerce imports were worth RMB 548.3 billion."),
    (CUSTOMS, "RMB 25.53 trillion", "In 2023 intermediate goods made up 61.1% of China's total trade, at RMB 25.53 trillion."),
    (CUSTOMS, "RMB 14.29 trillion", "China's imports of intermediate goods were RMB 14.29 trillion, 79.4 % of all its imports."),
    (CUSTOMS, "sources cover more than 200", "China imports from over 200 countries and regions across six continents."),
    (CUSTOMS, "12 key measures", "Customs introduced 12 key measures for the Beijing-Tianjin-Hebei region in 2023."),
    (ROADMAP, "cement China", "The Chinese government plans to strengthen China's position as a major trading power and to widen the reach of Chinese companies in world markets."),
    (ROADMAP, "14th National", "At the opening of the 14th National People's Congress, leaders stressed that efforts to build a robust trading power must be sped up."),
    (ROADMAP, "added value", "One of the core objectives is to raise the added value of manufactured goods."),
    (ROADMAP, "cross-border e-commerce, which", "The authorities want to promote new business models and formats such as cross-border e-commerce."),
    (ROADMAP, "Streamlining", "Simpler administrative processes and streamlined procedures should improve efficiency, cut lead times and make things more transparent for traders."),
    (ROADMAP, "passenger vehicles into Russia", "China had previously been reported to lead in importing new passenger cars into Russia."),
    ("release", "18 March 2022", "Version 5.2 of Tidepool came out on 18 March 2022."),
    ("release", "18 March 2022", "With Tidepool 5.2, the desktop app starts in 2.4 seconds instead of 6.1."),
    ("release", "35% less", "On laptops with 8 GB of RAM, memory use drops by 35% thanks to the new storage engine."),
    ("release", "no longer run", "Version 4 plug-ins no longer work, and developers must switch to the new interface by 30 September."),
    ("release", "not affected", "These changes do not affect the mobile app."),
    ("release", "50 MB", "Attachments up to 50 MB in size can now be searched, with results shown in under 200 ms."),
    ("release", "Encrypted", "Encrypted notebooks are left out of the index unless users permit it in the settings."),
    ("release", "1,340", "A bug reported by 1,340 users, which removed drafts when synchronisation failed, has been fixed."),
    ("release", "three devices", "Users of the free plan get 2 GB of storage and can use at most three devices."),
    ("release", "€7 a month", "The professional plan is priced at €7 per month, with unlimited devices."),
    ("release", "discount of 40%", "Students pay 40% less."),
    ("release", "14 days", "Customers can get their money back within 14 days after buying."),
    ("comet", "1987", "Amateur astronomer Ruth Alderson found the comet on February 9, 1987, observing from her garden close to Hobart."),
    ("comet", "74 years", "Comet Alderson takes 74 years to complete one orbit around the Sun."),
    ("comet", "darker than coal", "The comet's nucleus measures roughly 11 km in length and is darker than coal."),
    ("comet", "430 kilometres", "In August 2011 the Meridian probe passed the comet at a distance of 430 km."),
    ("comet", "methanol", "Meridian's spectrometer detected water ice, methanol and small amounts of ammonia, but carbon monoxide was not found."),
    ("comet", "nineteen minutes", "Because the camera stopped working 19 minutes before the closest approach, images show only the northern hemisphere."),
    ("comet", "390 million", "Although the camera failed, the agency regarded the $390 million mission as a success."),
    ("comet", "January 2014", "The collected dust arrived on Earth in January 2014 and was divided between laboratories in Japan, Germany and Canada."),
    ("comet", "Marumoto", "According to Hideo Marumoto of Sendai University, material from close to the Sun was transported outward before the comet was formed."),
    ("comet", "less than a milligram", "Some scientists are sceptical, since the sample weighs under one milligram."),
    ("council", "27 votes", "Eastwick's council passed its 2024 budget with 27 votes in favour and 19 against."),
    ("council", "£212 million", "School spending will increase 5.4% to £212 million."),
    ("council", "road repairs", "The road repair budget falls from £38 million to £31 million."),
    ("council", "£63", "An average household will pay £63 more in council tax each year."),
    ("council", "Nair", "Priya Nair, chair of the finance committee, argued that rising social care costs left the council with no alternative."),
    ("council", "Martin Dale", "Opposition leader Martin Dale criticised the reduction in road repairs as short-sighted and called for an audit of consultants' fees."),
    ("council", "tripled", "Consultants' fees are three times what they were in 2019 and stand at £4.8 million."),
    ("council", "Thornbury", "Plans to shut the Thornbury library were dropped after a petition signed by 6,200 residents."),
    ("council", "Bus subsidies", "Until March 2025, bus subsidies stay unchanged."),
    ("council", "town hall", "Selling the old town hall should raise £9 million or more."),
    ("composer", "Graz", "Lotte Hartwig, born in Graz in 1861, was a clockmaker's youngest child; she had six siblings."),
    ("composer", "Brenner", "Before she took up composition at 19, she was a violin student of Josef Brenner."),
    ("composer", "Vienna Philharmonic", "The Vienna Philharmonic turned down her first symphony in 1889; it was first played in 1912."),
    ("composer", "214 songs", "Her works include 214 songs, four string quartets and one opera, The Glass Harbour."),
    ("composer", "Leipzig", "Between 1895 and 1907 Hartwig was a harmony teacher at the Leipzig conservatory."),
    ("composer", "Emil Sandor", "One of her students there was the conductor Emil Sandor."),
    ("composer", "fire in 1916", "A fire in 1916 destroyed most of her manuscripts."),
    ("composer", "Bruckner", "Her letters reveal admiration for Brahms and a dislike of Bruckner's music."),
    ("composer", "deafness", "Late in life she became deaf and gave up composing."),
    ("composer", "Calloway", "The Calloway Quartet recorded all her quartets in 1998; the recording received two awards."),
    ("wheat", "5.9 tonnes", "Winter wheat grown with clover between the rows yielded 5.9 t per hectare, which is 8% more than wheat without clover."),
    ("wheat", "45 kg", "The mixed plots needed 45 kg less fertiliser per hectare."),
    ("wheat", "2018", "In 2018, a dry year, yields on mixed plots were lower since clover and wheat competed for water."),
    ("wheat", "earthworms", "Twice as many earthworms lived in the topsoil under clover, and nitrate losses to groundwater were 52% lower."),
    ("wheat", "protein", "Grain protein and price were the same in both systems."),
    ("wheat", "second year", "From year two on, there were fewer weeds in the mixed plots."),
    ("wheat", "62 dollars", "In its first year, the mixed system cost $62 more per hectare owing to seed and labour, but it became cheaper from the third year."),
    ("wheat", "Whitlock", "Dana Whitlock, an agronomist, recommends the system where annual rainfall exceeds 550 mm."),
    ("wheat", "Nebraska", "In a survey, Nebraska farmers said that a lack of suitable machines was the biggest obstacle."),
    ("policy", "burst pipes", "The insurance pays for damage to the building caused by fire, storm, burst pipes or theft."),
    ("policy", "flooding", "Flood damage is covered only when a flood supplement was agreed in writing."),
    ("policy", "seven days", "Damage has to be reported no later than seven days after it is discovered, and nothing is paid after 30 days."),
    ("policy", "€400", "For each loss, the policyholder pays the first €400 themselves."),
    ("policy", "€1,500", "For storm damage to a roof that is over 25 years old, the deductible is €1,500."),
    ("policy", "safe", "Cash and jewellery are insured for up to €3,000 altogether, or €10,000 when they are kept in a locked safe."),
    ("policy", "Bicycles", "Bicycles kept in the cellar are covered; those left outside are not."),
    ("policy", "instalments", "The premium is payable every year on 1 May; paying in four instalments costs 3% extra."),
    ("policy", "60 consecutive", "The insurer has to be informed beforehand if the building will be unoccupied for over 60 days in a row."),
    ("ferry", "The ferry line between P", "In 2022 the ferry between Port Ansel and Marrow transported 412,000 people, compared with 388,000 in 2021."),
    ("ferry", "The ferry line between P", "Passenger numbers on the route rose to 412,000 in 2022."),
    ("ferry", "The ferry line between P", "Children younger than six do not pay, while a return ticket is priced at €18."),
    ("ferry", "The ferry line between P", "Electric ferries are due to take the place of the two older oil-burning ships in 2026."),
    ("ferry", "Their range of 40 kilome", "With a range of 40 km, the new ferries can make two crossings."),
    ("ferry", "Their range of 40 kilome", "Ines Caldera, mayor of the island, was against the plan since the new vessels have room for fewer trucks."),
    ("ferry", "Their range of 40 kilome", "The state covers 75% of the €58 million cost."),
    ("ferry", "Their range of 40 kilome", "The new ships cost 58 million euros, of which the government pays three quarters."),
    ("ferry", "The ferry line between P", "The old ferries run on heavy oil."),
    ("ferry", "The ferry line between P", "A return trip costs 18 euros."),
    ("bank", "Inflation slowed to 3.1%", "Inflation eased from 3.7% in September to 3.1% in October."),
    ("bank", "Inflation slowed to 3.1%", "The main reason for lower inflation was a 6.2% drop in energy prices."),
    ("bank", "Inflation slowed to 3.1%", "The central bank kept its key interest rate at 4.25% and left the door open for another hike."),
    ("bank", "Inflation slowed to 3.1%", "Food was still 7 percent more expensive than a year before."),
    ("bank", "Governor Henrik Oster sa", "According to Governor Henrik Oster, wage growth is too strong for the 2% target to be met before 2025."),
    ("bank", "Governor Henrik Oster sa", "At 5.4%, the unemployment rate was at its lowest since 2008."),
    ("bank", "Governor Henrik Oster sa", "Two board members out of nine wanted to lower the rate."),
    ("bank", "Inflation slowed to 3.1%", "Energy prices went down 6.2%."),
    ("bank", "Inflation slowed to 3.1%", "The key rate stayed at 4.25%."),
    ("bank", "Governor Henrik Oster sa", "The bank has an inflation target of 2%, which Oster does not expect to be reached before 2025."),
    ("seal", "Biologists counted 1,860", "The number of grey seals on the Farrow Islands almost tripled between 1995 and 2020, reaching 1,860."),
    ("seal", "Biologists counted 1,860", "In 2020, 1,860 grey seals were counted on the Farrow Islands."),
    ("seal", "Biologists counted 1,860", "Seal pups weigh around 14 kg at birth and are born from November to January."),
    ("seal", "Biologists counted 1,860", "Just 55% of pups live through their first year; storms and food shortages are the main causes."),
    ("seal", "Fishermen blame the seal", "Fishers say seals damage their nets."),
    ("seal", "Fishermen blame the seal", "Researchers at the University of Lorne found that seals eat under 4% of the cod that is caught locally."),
    ("seal", "Fishermen blame the seal", "Seals have been protected from hunting since 1978."),
    ("seal", "Fishermen blame the seal", "Plastic was discovered in the stomachs of 12 out of 40 dead seals."),
    ("seal", "Fishermen blame the seal", "It has been illegal to hunt the seals since 1978."),
    ("seal", "Biologists counted 1,860", "45% of pups die within their first year."),
)  # fmt: skip
